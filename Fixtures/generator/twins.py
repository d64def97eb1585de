"""Twins as other programs may write them: the same content, other texts."""

import re

import mgpt

# Numbers, and the bits of the elements that they are: to nearest, ties to
# even; for f16 and bf16 to f32 first. Where rounding to f64 on the way would
# give other bits, the comment says so.
ROUNDED = {
    "f32": [
        ("1.000000059604644775390625", 0x3F800000),  # a tie
        ("1.00000005960464477539062500000000001", 0x3F800001),  # not by f64
        ("1.000000178813934326171875", 0x3F800002),  # a tie
        ("1.00000017881393432617187499999999999", 0x3F800001),  # not by f64
        ("0.1", 0x3DCCCCCD), ("1E-1", 0x3DCCCCCD), ("16777217", 0x4B800000),
        ("340282356779733661637539395458142568447", 0x7F7FFFFF),
        ("-340282346638528859811704183484516925440", 0xFF7FFFFF),
        ("1.40129846432481707e-45", 0x00000001),
        ("7.00649232162408535461864791644958065640130970938257885878534141944"
         "895541342930300743319094181060791015625e-46", 0x00000000),  # a tie
        ("7.0064923216240854e-46", 0x00000001),
        ("-7e-46", 0x80000000), ("1.17549435e-38", 0x00800000),
        ("1.1754942807573642917e-38", 0x007FFFFF),
        ("-0", 0x80000000), ("-0.0e7", 0x80000000), ("0e999999999", 0),
        ("1e-999999999", 0), ("1" + "0" * 30 + "e-30", 0x3F800000),
        ("0.5" + "0" * 509, 0x3F000000),  # 512 characters
    ],
    "f64": [
        ("9007199254740993", 0x4340000000000000),  # a tie
        ("9007199254740993.0000000000000000001", 0x4340000000000001),
        ("1.7976931348623158e308", 0x7FEFFFFFFFFFFFFF),
        ("2.4703282292062327e-324", 0x0000000000000000),
        ("2.4703282292062328e-324", 0x0000000000000001),
        ("2.2250738585072011e-308", 0x000FFFFFFFFFFFFF),
        ("0.1", 0x3FB999999999999A), ("-1e-400", 0x8000000000000000),
        ("8.5e0", 0x4021000000000000),
    ],
    "bf16": [
        ("1.00390625", 0x3F80),  # a tie
        ("1.00390625000001", 0x3F80),  # not without f32 on the way
        ("1.0039064", 0x3F81), ("1.01171875", 0x3F82),
        ("3.3961e38", 0x7F7F), ("-1e-41", 0x8000), ("9.2e-41", 0x0001),
        ("0.1", 0x3DCD), ("1.0", 0x3F80),
    ],
    "f16": [
        ("1.00048828125", 0x3C00),  # a tie
        ("1.00048828125000001", 0x3C00),  # not without f32 on the way
        ("1.0004884", 0x3C01), ("65519.99", 0x7BFF),
    ],
    "f16 ": [
        ("2.9802323e-8", 0x0000),  # not without f32 on the way
        ("2.981e-8", 0x0001), ("8.94069671630859375e-8", 0x0002),  # a tie
        ("6.1e-5", 0x03FF),
    ],
}


def bits(dtype, numbers):
    width = mgpt.WIDTHS[dtype]
    return b"".join(value.to_bytes(width, "little") for _, value in numbers)


def rounding(model):
    """A model of the elements above, and its twin with those numbers."""
    places = {"wpe": "f32", "wte": "f64", "lm_head": "bf16",
              "layer0.mlp_fc1": "f16", "layer0.mlp_fc2": "f16 "}
    content = model(
        block_size=len(ROUNDED["f32"]), vocab="abcdefgh", only={
            name: {"dtype": kind.strip(),
                   "data": bits(kind.strip(), ROUNDED[kind])}
            for name, kind in places.items()})
    text = mgpt.to_json(content)
    for name, kind in places.items():
        numbers = ", ".join(number for number, _ in ROUNDED[kind])
        text, count = re.subn(
            rf'("{re.escape(name)}".*"data": )\[.*\]', rf"\1[{numbers}]", text)
        assert count == 1, name
    return content, text.replace('"tensors"', '"sections": [], "tensors"')


def spellings(model):
    """A twin whose keys are in another order, and much is spelt otherwise."""
    content = model(
        n_embd=2, n_head=2, vocab='"/\\aé😀', metadata={
            "title": "a/b", "example.counts": [1, 2**64 - 1],
            "example.rates": [0.1, -0.0]},
        sections=[("abcd", b"\1\2"), ("zzzz", b"?>")], only={
            "wpe": {"data": bytes.fromhex("000080ff 0100c07f")},
            "layer0.attn_wk": {"data": bytes.fromhex(
                "0000803f 00000080 cdcccc3d 0000807f")}})
    lines = []
    for tensor in content.tensors:
        numbers = mgpt.to_json_elements(tensor)
        if tensor.name == "wpe":
            data = '"-Inf\\u0069nity", "NaN:7FC00001"'
        elif tensor.name == "layer0.attn_wk":
            data = '1, -0, 100e-0003,\r\n\t"Infinity"'
        else:
            data = " ,\t".join(repr(number) for number in numbers)
        rows, columns = tensor.shape
        lines.append(
            f'{{"shape":[{rows}e0,{columns}.0],"c\\u006fdec":"raw",'
            f'"dtype":"\\u00663\\u0032","role":"weight","name":'
            f'"{tensor.name}","data":[{data}]}}')
    text = (
        '\r\n\t {"sections":[{"data":"AQI=","tag":"abcd"},'
        '{"tag":"zz\\u007az","data":"Pz4="}] ,'
        '"vocab":"\\"\\/\\\\\\u0061\\u00E9\\ud83D\\uDE00",'
        '"config":{"vocab_size":7e0,"block_size":10e-1,"n_embd":0.2e1,'
        '"n_head":2.0,"n_layer":1.000000000000000000,"tying":"untied",'
        '"activation":"re\\u006cu",'
        '"architecture":"microgpt"},'
        '"metadata":{"title":"a\\/b","example.rates":[1e-1,-0],'
        '"example.counts":["1","18446744073709551615"]},'
        '"version":"1\\u002e0","\\u0066ormat":"microgpt-checkpoint",'
        '"tensors":[' + ",".join(lines) + "]}  \n")
    return content, text
