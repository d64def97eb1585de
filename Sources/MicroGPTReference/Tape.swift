// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

// microgpt.py makes an object of each value. A tape keeps them in one array
// instead: thousands of small objects would cost more time than the sums do.

/// All values of a calculation in the order in which they were made.
final class Tape {
  /// One value: its number, its gradient, and how it was made.
  struct Node {
    var data: Double
    var grad = 0.0
    let children: (Int, Int)  // indices on the tape, or `none`
    let local_grads: (Double, Double)  // d(this) / d(child)
  }

  /// Stands for a child that is not there.
  static let none = -1

  // The check for overlapping accesses would take half of the time. None can
  // overlap: each ends with its statement and calls nothing that needs the tape.
  @exclusivity(unchecked) var nodes: [Node] = []

  /// Appends a value and returns it; without children it is a parameter.
  func record(
    _ data: Double,
    children: (Int, Int) = (none, none),
    local_grads: (Double, Double) = (0, 0)
  ) -> Value {
    nodes.append(
      Node(data: data, children: children, local_grads: local_grads)
    )
    return Value(tape: self, index: nodes.count - 1)
  }

  /// Drops every value but the first `count`.
  func forget(after count: Int) {
    nodes.removeLast(nodes.count - count)
  }

  /// Applies the chain rule from the node `root` back to all that led to it.
  func backward(from root: Int) {
    let topo = topological_order(from: root)
    nodes[root].grad = 1
    for v in topo.reversed() {
      let node = nodes[v]
      let (first, second) = node.children
      if first != Tape.none {
        nodes[first].grad += node.local_grads.0 * node.grad
      }
      if second != Tape.none {
        nodes[second].grad += node.local_grads.1 * node.grad
      }
    }
  }

  /// Lists all nodes that led to `root`, children before their parents.
  ///
  /// This is the depth-first order of microgpt.py's recursion, on which the
  /// last digits of the gradients depend. A stack of its own stands in for the
  /// recursion, which would be too deep for the thread's.
  private func topological_order(from root: Int) -> [Int] {
    var topo: [Int] = []
    topo.reserveCapacity(nodes.count)
    var visited = [Bool](repeating: false, count: nodes.count)
    var stack = [root]
    while let v = stack.popLast() {
      if v < 0 {
        topo.append(~v)  // the children of ~v are all listed
      } else if !visited[v] {
        visited[v] = true
        stack.append(~v)  // comes up again after the children
        let (first, second) = nodes[v].children
        if second != Tape.none { stack.append(second) }
        if first != Tape.none { stack.append(first) }
      }
    }
    return topo
  }
}
