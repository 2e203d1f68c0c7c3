"""Broken text made whole for reading by a machine: for what is indexed and compared, never for what is quoted."""

import re

_HAN = "\u3400-\u9fff\u3007"
_OPENS = re.compile(
    r"\s*(?:[#|]|第[一二三四五六七八九十百千零〇○\d]+[编章节条]|[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[①-⑳]|附[件录表])"
)
_ENDS = ("。", "；", "：", "！", "？", ":", ";", "!", "?", "”", "）", "》")
_FORMULA = re.compile(r"\$([^$\n]{1,200})\$")
_COMMANDS = (
    (re.compile(r"\\(?:mathrm|mathsf|mathbf|text|substack|operatorname)\b"), ""),
    (re.compile(r"\\(?:geq(?:slant)?|ge|gtrsim)\b"), "≥"),
    (re.compile(r"\\(?:leq(?:slant)?|le|lesssim)\b"), "≤"),
    (re.compile(r"\\(?:sim|thicksim)\b"), "～"),
    (re.compile(r"\\times\b"), "×"),
    (re.compile(r"\^\s*\{\s*\\circ\s*\}|\\circ"), "°"),
    (re.compile(r"\\[A-Za-z]+|[{}\\_^\s]"), ""),
)
_GLYPHS = str.maketrans({"ꎬ": "，", "ꎮ": "。", "ꎻ": "；", "«": "《", "»": "》"})
# Runs of single characters set apart, as in 启 动 条 件; two alone (总 则) stay as the law has them.
_SPACED = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: +[{_HAN}](?![{_HAN}])){{2,}}")


def healed(text: str) -> str:
    """Lines that a page broke joined, letter-spaced words closed up, formulas as plain characters.

    Text without such damage comes back as it is.
    """
    if "$" in text:
        text = _FORMULA.sub(lambda match: _plain(match[1]), text)
    text = text.translate(_GLYPHS)
    text = _SPACED.sub(lambda match: match[0].replace(" ", ""), text)
    return joined_lines(text) if "\n" in text else text


def joined_lines(text: str) -> str:
    """Lines joined where the first ends within a sentence and the next does not open something."""
    lines = text.split("\n")
    whole = [lines[0]]
    for line in lines[1:]:
        if not line.strip():
            continue
        if breaks_off(whole[-1]) and not _OPENS.match(line):
            whole[-1] = whole[-1].rstrip() + line.strip()
        else:
            whole.append(line)
    return text if len(whole) == sum(bool(line.strip()) for line in lines) else "\n".join(whole)


def breaks_off(line: str) -> bool:
    """Whether a line ends within a sentence: long enough not to be a heading, and without a closing mark."""
    bare = line.rstrip()
    return len(bare) > 12 and not bare.startswith(("#", "|")) and not bare.endswith(_ENDS)


def closed_up(title: str) -> str:
    """A heading without the blanks between its Chinese characters: 启 动 条 件 -> 启动条件."""
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", title)


def _plain(formula: str) -> str:
    for pattern, plain in _COMMANDS:
        formula = pattern.sub(plain, formula)
    return formula
