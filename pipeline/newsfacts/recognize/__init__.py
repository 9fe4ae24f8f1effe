"""Recognize quantities, periods, sentences and names in an article, and read what it says about each quantity."""
