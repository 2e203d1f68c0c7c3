"""Markdown and text, in UTF-8, GBK, GB 18030, Big5 or UTF-16."""

from pathlib import Path

from charset_normalizer import from_bytes

from knowledge.errors import DocumentUnreadable
from knowledge.reading.grid import replace_markup_tables


def read_plain(data: bytes, path: Path) -> str:
    """Decode the file; tables in HTML become lines. Raises DocumentUnreadable when its bytes are no text."""
    return replace_markup_tables(decode(data, path))


def decode(data: bytes, path: Path) -> str:
    """UTF-8 and GB 18030 are strict enough to be tried first; the rest is guessed by charset-normalizer."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if b"\0" in data:
            break
        if encoding == "utf-8-sig" or _reads_as_chinese(text):
            return text
    guess = None if b"\0" in data else from_bytes(data).best()
    if guess is None:
        reason = "含有空字节（NUL），不是文本文件" if b"\0" in data else "不是文本文件，或编码无法识别"
        raise DocumentUnreadable(path, reason, "请另存为 UTF-8 编码的文本")
    return str(guess)


def _reads_as_chinese(text: str) -> bool:
    """GB 18030 decodes almost anything; real Chinese stays in the basic block."""
    foreign = [char for char in text if ord(char) > 0x7F]
    usual = sum("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" for char in foreign)
    return usual >= 0.8 * len(foreign)
