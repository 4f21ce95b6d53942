"""What confirmed questions teach: a small text classifier, made anew when there is something to learn.

It runs in the sweep only, so that no page waits for it and no web process loads it.
"""

from dataclasses import dataclass
from importlib.util import find_spec

from contact_centre.models import Question
from contact_centre.questions.suggesting import Learned, plain

ENOUGH = 200  # confirmed questions; below, the rules alone are better than what they teach
OF_A_TOPIC = 12
MOST = 20_000  # the latest ones are learned from
GROWN = 1.2  # made anew when there are a fifth more
LIKELY = 0.5


@dataclass
class _Kept:
    learned_from: int = 0
    learned: Learned | None = None


_kept = _Kept()


def learned() -> Learned | None:
    """What says the likeliest topic of sentences, or None while too few questions are confirmed to learn from."""
    decided = [Question.State.OPEN, Question.State.ANSWERED]
    rows = Question.objects.filter(state__in=decided).exclude(words="").exclude(decided_at=None)
    count = rows.count()
    if count < ENOUGH:
        return None
    if _kept.learned is None or count > _kept.learned_from * GROWN or count < _kept.learned_from:
        _kept.learned = learn(list(rows.order_by("-pk").values_list("words", "topic")[:MOST]))
        _kept.learned_from = count
    return _kept.learned


def learn(examples: list[tuple[str, str]]) -> Learned | None:
    """A classifier of (words, topic): TF-IDF of parts of words, then logistic regression.

    Topics with fewer than ``OF_A_TOPIC`` examples are left out; with fewer than two topics there is nothing to tell
    apart, and the answer is None. So it is where scikit-learn is not installed: the rules then do all the work.
    """
    if find_spec("sklearn") is None:
        return None
    # Loading it costs a second and some 80 MB, which only the process that learns should pay.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    counts: dict[str, int] = {}
    for _words, topic in examples:
        counts[topic] = counts.get(topic, 0) + 1
    kept = [(plain(words), topic) for words, topic in examples if counts[topic] >= OF_A_TOPIC]
    if len({topic for _words, topic in kept}) < 2:
        return None
    texts, topics = zip(*kept, strict=True)
    reader = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
        LogisticRegression(max_iter=400, C=10.0, class_weight="balanced"),
    )
    reader.fit(list(texts), list(topics))
    names = list(reader.classes_)

    def likeliest(sentences: list[str]) -> list[tuple[str, float]]:
        chances = reader.predict_proba([plain(sentence) for sentence in sentences])
        best = [(names[row.argmax()], float(row.max())) for row in chances]
        return [(str(topic), chance) if chance >= LIKELY else ("", chance) for topic, chance in best]

    return likeliest
