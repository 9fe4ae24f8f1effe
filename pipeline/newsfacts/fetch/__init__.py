"""Take articles from the web into a folder that ``run`` reads; nothing else in Newsfacts touches the network."""

from newsfacts.fetch.job import Report, fetch
from newsfacts.fetch.manners import Manners

__all__ = ["Manners", "Report", "fetch"]
