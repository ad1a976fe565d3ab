#!/usr/bin/env bash
# gensim 4.2.0 (Debian 12), models.Nmf: show_topic(), get_topic_terms() and get_term_topics() tell the words
# of a topic and the topics of a word.
#
# Guess: they read the model, and a document has the same topics before and after.
# Seen: they scale a column or a row of the model's W in place, so that it is another model afterwards: a
# document that was 0.62 of the first topic is 0.75 of it once show_topic(0) was called, 0.65 after
# show_topic(1), 0.79 after get_term_topics(0), which also changes the words of both topics. In which order
# topics are looked at decides. Calls with normalize=False, and show_topics() and get_topics(), change
# nothing.
. "$(dirname "$0")/common.sh"
python_with numpy=1.24.2 scipy=1.10.1
debian_python python3-gensim=4.2.0+dfsg-1+deb12u1 python3-smart-open=5.2.1-5
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from gensim.models import Nmf

random = np.random.RandomState(0)
topics = np.array([[60, 30, 10, 2, 1, 1], [1, 2, 1, 10, 30, 60]])
words = random.dirichlet([1, 1], 200) @ (topics / topics.sum(axis=1, keepdims=True))
corpus = [[(j, int(n)) for j, n in enumerate(random.multinomial(50, p)) if n] for p in words]
fit = Nmf(corpus, 2, dict(enumerate("abcdef")), random_state=1, passes=5, minimum_probability=0)


def told(name):
    first = dict(fit[corpus[0]])[0]
    words = " ".join(f"{x:.2f}" for x in fit.get_topics()[0])
    print(f"{name:30s} topic 0 in the first document {first:.2f}; its words {words}")


told("fitted")
fit.show_topics()
told("after show_topics()")
fit.show_topic(0, normalize=False)
told("after show_topic(0), as it is")
fit.show_topic(0)
told("after show_topic(0)")
fit.show_topic(1)
told("after show_topic(1)")
fit.get_term_topics(0)
told("after get_term_topics(0)")
PY
cat >"$home/wanted" <<'SEEN'
fitted                         topic 0 in the first document 0.62; its words 0.12 0.08 0.03 0.08 0.22 0.47
after show_topics()            topic 0 in the first document 0.62; its words 0.12 0.08 0.03 0.08 0.22 0.47
after show_topic(0), as it is  topic 0 in the first document 0.62; its words 0.12 0.08 0.03 0.08 0.22 0.47
after show_topic(0)            topic 0 in the first document 0.75; its words 0.12 0.08 0.03 0.08 0.22 0.47
after show_topic(1)            topic 0 in the first document 0.65; its words 0.12 0.08 0.03 0.08 0.22 0.47
after get_term_topics(0)       topic 0 in the first document 0.79; its words 0.17 0.08 0.03 0.07 0.21 0.44
SEEN
expect "$home/seen" "$home/wanted"
