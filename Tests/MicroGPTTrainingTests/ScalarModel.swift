import Foundation
import MicroGPTFormat

/// The model in doubles, position by position, with dropout.
///
/// It shares no code with the engine: what is left out is computed anew from
/// what `Dropout` and mgpt_kernels.h say.
struct ScalarModel {
  let configuration: GPTConfiguration
  let share: Double
  let seed: UInt64
  let step: Int

  /// The mean over the documents of their means over positions.
  func loss(_ weights: [Double], _ documents: [[Int]]) -> Double {
    var rest = weights[...]
    let matrices = configuration.weightShapes.map { matrix in
      (0..<matrix.rows).map { _ in
        defer { rest = rest.dropFirst(matrix.columns) }
        return Array(rest.prefix(matrix.columns))
      }
    }
    let losses = documents.indices.map {
      loss(matrices, documents[$0], number: $0)
    }
    return losses.reduce(0, +) / Double(documents.count)
  }

  private func loss(
    _ matrices: [[[Double]]], _ document: [Int], number: Int
  ) -> Double {
    let bos = configuration.vocabularySize - 1
    let tokens = [bos] + document + [bos]
    let count = min(document.count + 1, configuration.blockSize)
    let layers = 0..<configuration.layerCount
    var keys = layers.map { _ in [[Double]]() }
    var values = keys
    var total = 0.0
    for position in 0..<count {
      func dropOut(_ row: [Double], place: Int) -> [Double] {
        row.enumerated().map { column, value in
          value * factor([step, number, place, position], column)
        }
      }
      var x = sum(matrices[0][tokens[position]], matrices[1][position])
      x = normalized(dropOut(x, place: 0))
      for layer in layers {
        let own = Array(matrices[3 + 6 * layer..<9 + 6 * layer])
        let input = normalized(x)
        keys[layer].append(product(own[1], input))
        values[layer].append(product(own[2], input))
        let attended = attention(
          product(own[0], input), keys[layer], values[layer])
        x = sum(x, dropOut(product(own[3], attended), place: 2 * layer + 1))
        let hidden = product(own[4], normalized(x)).map { max($0, 0) }
        x = sum(x, dropOut(product(own[5], hidden), place: 2 * layer + 2))
      }
      total -= log(softmax(product(matrices[2], x))[tokens[position + 1]])
    }
    return total / Double(count)
  }

  private func attention(
    _ query: [Double], _ keys: [[Double]], _ values: [[Double]]
  ) -> [Double] {
    let width = configuration.headWidth
    return (0..<configuration.headCount).flatMap { head in
      let columns = head * width..<(head + 1) * width
      let probabilities = softmax(
        keys.map { key in
          dot(query[columns], key[columns]) / Double(width).squareRoot()
        })
      var output = [Double](repeating: 0, count: width)
      for (probability, value) in zip(probabilities, values) {
        for index in 0..<width {
          output[index] += probability * value[columns.lowerBound + index]
        }
      }
      return output
    }
  }

  private func factor(_ path: [Int], _ column: Int) -> Double {
    let key = path.reduce(seed) { key, number in
      var z = key &+ UInt64(number + 1) &* 0x9e37_79b9_7f4a_7c15
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }
    var bits = UInt32(truncatingIfNeeded: key)
    bits &+= UInt32(column) &* 0x9e37_79b9
    bits = (bits ^ bits >> 16) &* 0x85eb_ca6b
    bits = (bits ^ bits >> 13 ^ UInt32(key >> 32)) &* 0xc2b2_ae35
    bits ^= bits >> 16
    return Double(bits) < (share * 0x1p32).rounded(.down) ? 0 : 1 / (1 - share)
  }
}

private func sum(_ a: [Double], _ b: [Double]) -> [Double] {
  zip(a, b).map { $0 + $1 }
}

private func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  var sum = 0.0
  for index in 0..<a.count {
    sum += a[a.startIndex + index] * b[b.startIndex + index]
  }
  return sum
}

private func product(_ matrix: [[Double]], _ row: [Double]) -> [Double] {
  matrix.map { dot($0[...], row[...]) }
}

private func normalized(_ row: [Double]) -> [Double] {
  let mean = dot(row[...], row[...]) / Double(row.count)
  return row.map { $0 / (mean + 1e-5).squareRoot() }
}

private func softmax(_ row: [Double]) -> [Double] {
  let largest = row.max() ?? 0
  let terms = row.map { exp($0 - largest) }
  let total = terms.reduce(0, +)
  return terms.map { $0 / total }
}
