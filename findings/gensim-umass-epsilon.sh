#!/usr/bin/env bash
# gensim 4.2.0 (Debian 12), CoherenceModel(coherence="u_mass"): the coherence of topics of Mimno et al.
# (2011), whose mean over pairs of top words is log((documents with both + 1) / documents with the more
# frequent one).
#
# Guess: that number, or nearly so: instead of the 1 a small constant, about one over the number of documents,
# as in the framework by Roeder et al. (2015) that its help follows; the order of two topics is the same.
# Seen: the constant, which its help leaves open, is 1e-12. A pair of words that are never together counts as
# -27 or less, where by Mimno it is about -6. So of five words that are mostly together but for two synonyms,
# of which each document has one, the topic has -3.3, and five words that have nothing to do with each other
# have -1.9; by Mimno it is -1.3 and -1.9, the other way round. Above all u_mass counts pairs that never meet.
. "$(dirname "$0")/common.sh"
python_with numpy=1.24.2 scipy=1.10.1
debian_python python3-gensim=4.2.0+dfsg-1+deb12u1 python3-smart-open=5.2.1-5
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel

random = np.random.RandomState(0)
texts = []
for i in range(2000):
    text = [w for w in ("sea", "ship", "sail", "harbour") if random.rand() < (0.8 if i % 2 else 0.1)]
    if "harbour" in text and random.rand() < 0.5:  # A synonym takes its place.
        text[text.index("harbour")] = "port"
    text += [w for w in ("red", "tea", "map", "bell", "tax") if random.rand() < 0.15]
    texts.append(text or ["none"])
close, loose = ["sea", "ship", "sail", "harbour", "port"], ["red", "tea", "map", "bell", "tax"]


def mimno(topic, texts):
    sets = [set(text) for text in texts]
    count = lambda *words: sum(all(w in one for w in words) for one in sets)
    pairs = [(topic[m], topic[l]) for m in range(1, 5) for l in range(m)]
    return np.mean([np.log((count(a, b) + 1) / count(b)) for a, b in pairs])


words = Dictionary(texts)
for size in (2000, 200):
    part = texts[:size]
    corpus = [words.doc2bow(text) for text in part]
    for title, topic in (("close", close), ("loose", loose)):
        fit = CoherenceModel(topics=[topic], corpus=corpus, dictionary=words, coherence="u_mass", topn=5)
        found, right = fit.get_coherence(), mimno(topic, part)
        print(f"{size} documents, {title} topic: u_mass {found:.2f}, Mimno {right:.2f}")
PY
cat >"$home/wanted" <<'SEEN'
2000 documents, close topic: u_mass -3.33, Mimno -1.32
2000 documents, loose topic: u_mass -1.93, Mimno -1.90
200 documents, close topic: u_mass -3.33, Mimno -1.07
200 documents, loose topic: u_mass -2.34, Mimno -2.03
SEEN
expect "$home/seen" "$home/wanted"
