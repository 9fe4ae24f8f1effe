"""Fit the confidences of facts and slots: the last step of `make model`.

    calibrate.py GOLD_DIR MODEL_DIR

Runs MODEL_DIR over those stories of held_out/, on which nothing is trained, that have as few numbers as ordinary news,
and fits a logistic curve for each slot's probability and a logistic regression for the whole fact. The curves are
written into the model's linker. What is right is judged by the script beside GOLD_DIR.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import spacy

from data import read_passages
from evaluate import HELD_OUT, HELD_OUT_SETS, compared, judged, load_scorer
from newsfacts.link import Linker
from newsfacts.link.confidence import Calibration, logit

DECIDING = ("quantity", "kind", "direction", "subject", "metric")  # the slots of the level "fact"
ORDINARY = 0.022  # facts a word, at most, as in the real articles
PRIOR = 5.0  # how strongly weights and intercepts are drawn to where they start


def logistic_regression(x: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights of x's columns (N, n), none below 0, and an intercept; without evidence the weights are 1 over n."""
    x = np.hstack([x, np.ones((len(x), 1))])
    columns = x.shape[1] - 1
    start = np.array([1 / columns] * columns + [0.0])
    w = start
    steepest = np.linalg.eigvalsh(x.T @ x)[-1] / 4 + PRIOR
    for _ in range(20_000):  # few numbers: plain gradient descent with a safe step is quick enough
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        w = w - (x.T @ (p - right) + PRIOR * (w - start)) / steepest
        w[:-1] = np.maximum(w[:-1], 0.0)
    return w


def fit(rows: list[tuple[dict[str, float], dict[str, bool]]]) -> Calibration:
    """rows: for each predicted fact the probabilities of its slots, and which of them (and "fact") are right."""
    slots = {}
    for slot in (slot for slot in rows[0][0] if slot != "fact"):
        known = [(logit(chances[slot]), right[slot]) for chances, right in rows if slot in right]
        x, y = (np.array(column, float) for column in zip(*known, strict=True))
        slope, intercept = logistic_regression(x[:, None], y)
        slots[slot] = (round(float(slope), 4), round(float(intercept), 4))
    x = np.array([[logit(chances[slot]) for slot in DECIDING] for chances, _ in rows])
    *weights, intercept = logistic_regression(x, np.array([right["fact"] for _, right in rows], float))
    return Calibration(
        slots,
        {slot: round(float(w), 4) for slot, w in zip(DECIDING, weights, strict=True)},
        round(float(intercept), 4),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("model", type=Path)
    args = parser.parse_args()
    nlp = spacy.load(args.model)
    nlp.get_pipe("newsfacts_linker").calibration = Calibration()
    scorer = load_scorer(args.gold)
    stories = read_passages(sorted(HELD_OUT.glob(HELD_OUT_SETS["stories"])))
    passages = [story for story in stories if len(story["facts"]) <= ORDINARY * len(story["text"].split())]
    calibration = fit(judged(scorer, compared(scorer, nlp, passages)))
    path = args.model / "newsfacts_linker" / Linker.CALIBRATION
    path.parent.mkdir(exist_ok=True)
    path.write_text(calibration.to_json(), encoding="utf-8")
    print(calibration)


if __name__ == "__main__":
    main()
