"""The reading model: one small encoder, run once per window of an article, with heads for everything it understands."""

from newsfacts.recognize.reader.component import Reader, make_reader
from newsfacts.recognize.reader.encoder import Encoder

__all__ = ["Encoder", "Reader", "make_reader"]
