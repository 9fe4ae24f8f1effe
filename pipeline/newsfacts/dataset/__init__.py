"""The dataset's life after a run: compare two of them, score one against gold."""
