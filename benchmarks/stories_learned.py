"""Measures whether learned weights or a small language model would find siblings better.

Run from the checkout: `python -m benchmarks.stories_learned [--model ONNX --tokenizer JSON]`, with
scikit-learn installed, and onnxruntime and tokenizers for the model. Pairs of the two labelled
days are scored; weights are fitted on one day and tried on the other. Prints Markdown.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve

from benchmarks.stories import _background, _told
from benchmarks.stories_data import Clustered, day
from monitor.core.stories import similarity
from monitor.core.stories.headline import Headline
from monitor.core.stories.similarity import Rarity
from monitor.model.entries import Entry

PRECISION = 0.95


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs of one day: whether they tell one event, our score, and what it is made of."""

    same: Any
    ours: Any
    parts: Any
    model: Any


def main() -> None:
    """Print the average precision, and the recall at a precision of PRECISION, of each way."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--model", type=Path)
    arguments.add_argument("--tokenizer", type=Path)
    given = arguments.parse_args()
    embed = _embedder(given.model, given.tokenizer) if given.model else None
    days = [day("2023-02-07"), day("2023-09-13")]
    scored = [_scored(one, embed) for one in days]
    print(f"| | {' | '.join(f'AP, {one.name} | R at P {PRECISION}' for one in days)} |")
    print("|---|---|---|---|---|")
    _tell("ours", [one.ours for one in scored], scored)
    _tell("the same parts, fitted on the other day", _fitted(scored, lambda s: s.parts), scored)
    if embed:
        _tell("model alone", [one.model for one in scored], scored)
        both = _fitted(scored, lambda s: np.column_stack([s.parts, s.model]))
        _tell("parts and model, fitted on the other day", both, scored)


def _scored(clustered: Clustered, embed: Callable[[Sequence[Entry]], Any] | None) -> Scored:
    told = [_told(one) for one in clustered.entries]
    rare = Rarity(_background(), (one.read for one in told))
    vectors = embed(clustered.entries) if embed else np.zeros((len(told), 1))
    same, ours, parts, model = [], [], [], []
    for a, b in _pairs(clustered):
        first, second = told[a].read, told[b].read
        apart = clustered.entries[b].published_at - clustered.entries[a].published_at
        same.append(clustered.events[a] == clustered.events[b])
        ours.append(similarity.resemblance(first, second, rare, apart))
        parts.append(_parts(first, second, rare))
        model.append(float(vectors[a] @ vectors[b]))
    return Scored(np.array(same), np.array(ours), np.array(parts), np.array(model))


def _parts(a: Headline, b: Headline, rare: Rarity) -> list[float]:
    """What `resemblance` adds up: words, words with leads, spelling, names, leads."""
    return [
        similarity._words_alike(a, b, rare),  # noqa: SLF001 — its parts, measured
        similarity._wide_cosine(rare.vector(a), rare.vector(b)),  # noqa: SLF001
        similarity.token_sort(a, b),
        similarity._names_cosine(a, b, rare),  # noqa: SLF001
        similarity._lead_likeness(a, b),  # noqa: SLF001
    ]


def _pairs(clustered: Clustered) -> Iterator[tuple[int, int]]:
    for a, b in combinations(range(len(clustered.entries)), 2):
        same = clustered.events[a] == clustered.events[b]
        if same or not clustered.arguable[a] & clustered.arguable[b]:
            yield a, b


def _fitted(scored: Sequence[Scored], features: Callable[[Scored], Any]) -> list[Any]:
    """Scores of each day by weights that were fitted on the other."""
    out = []
    for here, there in ((0, 1), (1, 0)):
        model = LogisticRegression(max_iter=2_000, class_weight="balanced")
        model.fit(features(scored[there]), scored[there].same)
        out.append(model.decision_function(features(scored[here])))
    return out


def _tell(name: str, scores: Sequence[Any], scored: Sequence[Scored]) -> None:
    cells = []
    for score, one in zip(scores, scored, strict=True):
        precision, recall, _ = precision_recall_curve(one.same, score)
        cells.append(f"{average_precision_score(one.same, score):.3f}")
        cells.append(f"{max(recall[precision >= PRECISION], default=0.0):.3f}")
    print(f"| {name} |", " | ".join(cells), "|", flush=True)


def _embedder(model: Path, tokenizer: Path) -> Callable[[Sequence[Entry]], Any]:
    """Unit vectors of title and lead: the mean of the model's token vectors."""
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 — optional
    from tokenizers import Tokenizer  # noqa: PLC0415 — optional

    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(str(model), options)
    read = Tokenizer.from_file(str(tokenizer))
    read.enable_truncation(128)
    wanted = {one.name for one in session.get_inputs()}

    def embed(entries: Sequence[Entry]) -> Any:
        vectors = []
        for entry in entries:
            told = read.encode(f"{entry.title}. {entry.summary[:400]}")
            ids = np.array([told.ids], dtype=np.int64)
            inputs = {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.zeros_like(ids),
            }
            found = session.run(None, {k: v for k, v in inputs.items() if k in wanted})[0]
            vector = found[0].mean(axis=0) if found.ndim == 3 else found[0]
            vectors.append(vector / np.linalg.norm(vector))
        return np.array(vectors)

    return embed


if __name__ == "__main__":
    main()
