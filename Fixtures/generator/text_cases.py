"""The texts of ../texts.json: what is generated, and with which options."""

NAMES, LETTERS = "names.mgpt", "letters.mgpt"
LAYERS, SMALLEST = "valid/two-layers.mgpt", "valid/smallest.mgpt"
MODELS = [NAMES, LETTERS, LAYERS, SMALLEST]
GREATEST = 2**64 - 1

TEXTS = []


def case(shows, model, prompt="", seed=42, indices=(0,), **options):
    TEXTS.append({"shows": shows, "model": model, "prompt": prompt,
                  "seed": seed, "indices": indices, "options": options})


# Seeds, indices and prompts
case("defaults", NAMES, indices=range(4))
case("another seed", NAMES, seed=0, indices=[0, 1])
case("the greatest seed", NAMES, seed=GREATEST, indices=[0, 2**32, GREATEST])
case("capitals stand for their lower case", NAMES, "Ma", indices=range(3))
case("the longest prompt without slide", NAMES, "christopherjohn",
     indices=[0, 1], temperature=1, min_length=1)
case("a capital beyond U+FFFF", LETTERS, "\U00010400b", indices=[0, 1])
case("a capital of its own, and one that has none", LETTERS, "BÉ",
     indices=[0, 1])
case("a small letter", LETTERS, "bé")
case("a vocabulary of one character", SMALLEST, indices=range(3))

# Temperatures
case("greedy", NAMES, temperature=0)
case("greedy behind a prompt", NAMES, "ka", temperature=0)
case("greedy, another index", LETTERS, indices=[0, 5], temperature=0)
case("chances of the training data", NAMES, indices=range(3), temperature=1)
case("hot", NAMES, indices=[0, 1], temperature=3)
case("cold", NAMES, indices=[0, 1], temperature=0.2)
case("so cold that differences overflow", NAMES, temperature=1e-37)
case("hot letters", LETTERS, indices=range(3), temperature=2)

# Filters
case("top-k of 1", NAMES, temperature=1, top_k=1)
case("top-k", NAMES, indices=range(3), temperature=1, top_k=3)
case("top-k beyond the vocabulary", NAMES, temperature=1, top_k=1000)
case("top-p", NAMES, indices=range(3), temperature=1, top_p=0.6)
case("top-p of nearly nothing", NAMES, temperature=1, top_p=1e-6)
case("top-p of nearly all", NAMES, temperature=2, top_p=0.97)
case("min-p", NAMES, indices=range(3), temperature=1.5, min_p=0.2)
case("min-p of 1", NAMES, temperature=1, min_p=1)
case("top-k, then top-p of what is left", NAMES, indices=range(3),
     temperature=1.5, top_k=6, top_p=0.7)
case("all filters", NAMES, indices=[0, 1, 3, 4], temperature=1.5, top_k=9,
     top_p=0.85, min_p=0.15)
case("all filters", LETTERS, indices=range(3), temperature=1.2, top_k=6,
     top_p=0.9, min_p=0.1)

# Repetition penalties
case("penalty", NAMES, "ana", indices=range(3), temperature=0.8,
     repetition_penalty=1.5)
case("penalty, greedy", NAMES, temperature=0, repetition_penalty=3)
case("a reward for repetition", NAMES, indices=[0, 1], temperature=1,
     repetition_penalty=0.6)
case("penalty on letters", LETTERS, "ab", indices=range(3), temperature=1,
     repetition_penalty=2)
case("penalty before filters", NAMES, indices=range(3), temperature=1.2,
     repetition_penalty=1.4, top_k=8, top_p=0.9, min_p=0.05)

# Lengths
case("min_length", NAMES, indices=[0, 1], min_length=11)
case("min_length beyond the context", NAMES, min_length=100)
case("max_length", NAMES, indices=[0, 1], max_length=3)
case("max_length of 1", LETTERS, max_length=1)
case("max_length of 0", NAMES, "ma", max_length=0)
case("the length fixed", NAMES, indices=[0, 1], min_length=6, max_length=6)
case("max_length beyond the context", NAMES, temperature=2, min_length=16,
     max_length=10**9)
case("empty", LETTERS, seed=1, indices=[EMPTY := 19], temperature=2,
     allow_empty=True)
case("not empty", LETTERS, seed=1, indices=[EMPTY], temperature=2)
case("allow_empty, and min_length that forbids it", LETTERS, seed=1,
     indices=[EMPTY], temperature=2, allow_empty=True, min_length=1)

# Stop strings
case("a stop string", NAMES, indices=range(3), stop=["r", "ya"])
case("the longest of those that end together", NAMES, stop=["a", "na", "ana"],
     force=[[0, "b"], [1, "a"], [2, "n"], [3, "x"], [4, "a"], [5, "n"],
            [6, "a"]], ban="a")
case("a stop string that begins in itself", NAMES, stop=["aab"],
     force=[[0, "a"], [1, "a"], [2, "a"], [3, "b"]])
case("a stop string that would span the prompt", NAMES, "ma", indices=[0, 1],
     stop=["ar", "as"])
case("a stop string that leaves nothing, before min_length", NAMES,
     stop=["zo"], min_length=5, force=[[0, "z"], [1, "o"], [9, "e"]])
case("stop strings that never occur", NAMES, stop=["é", "A", "mé"])
case("a stop string at max_length", NAMES, stop=["li"], max_length=4,
     force=[[2, "l"], [3, "i"]])
case("a stop string beyond U+FFFF", LETTERS, indices=[0, 1], temperature=1,
     min_length=7, stop=["\U00010428", "\U0001f600", "美"])

# Characters
case("ban", NAMES, indices=range(3), ban="aeiy")
case("only", NAMES, indices=range(3), temperature=1, only="abeln")
case("ban and only, with what the vocabulary lacks", NAMES, indices=[0, 1],
     temperature=1, only="abeAéln", ban="aé")
case("only one character", NAMES, temperature=1, only="o")
case("ban, and filters of what is left", LETTERS, indices=range(3),
     temperature=1, ban="e-\U0001f600", top_k=3, min_length=4)

# Forced characters
case("force", NAMES, indices=range(3), force=[[0, "Z"]])
case("force without a draw", NAMES, indices=[0, 1], temperature=1,
     force=[[2, "q"], [3, "u"]])
case("force far behind", NAMES, indices=[0, 1], force=[[12, "x"]])
case("force beyond the limit", NAMES, max_length=9, force=[[20, "x"]])
case("force what is banned", NAMES, force=[[1, "a"]], ban="a")
case("force letters", LETTERS, "a", indices=[0, 1], temperature=1,
     force=[[0, "\U00010400"], [3, "美"]])

# Contexts that slide
case("slide", NAMES, indices=[1, 2], temperature=1, slide=True,
     min_length=50, max_length=50)
case("slide, ended by the model", NAMES, indices=range(2), slide=True,
     min_length=20)
case("slide, greedy", LETTERS, temperature=0, slide=True, min_length=30,
     max_length=30)
case("slide with an odd block_size", LETTERS, indices=[0, 2], temperature=1,
     slide=True, min_length=25, max_length=40)
for length in (14, 15, 16, 17, 40):
    case(f"slide behind a prompt of {length} characters", NAMES,
         ("mariaelenajohannachristinaannabellaevemarie")[:length],
         slide=True, min_length=10, max_length=12)
case("slide, the prompt longer than the context", LETTERS, "abßжe-B美bae",
     indices=range(2), temperature=1, slide=True, min_length=6, max_length=9)
case("slide, and all else", NAMES, "AnneMarie",
     indices=[0, 2], temperature=1.2, top_k=10, top_p=0.95, min_p=0.02,
     repetition_penalty=1.3, min_length=20, max_length=40, slide=True,
     stop=["zzz"], ban="q", force=[[5, "Y"], [18, "t"]])
case("a stop string where the context slides", NAMES, slide=True,
     min_length=60, max_length=60, stop=["olga"],
     force=[[14, "o"], [15, "l"], [16, "g"], [17, "a"]])
case("a penalty of the context that slides", LETTERS, indices=range(2),
     temperature=0.7, repetition_penalty=1.8, slide=True, min_length=24,
     max_length=24)
case("slide in three positions", LAYERS, "ab", indices=range(3),
     temperature=1, slide=True, min_length=8, max_length=16)
case("slide in one position", SMALLEST, "aaa", indices=range(2), slide=True,
     temperature=1, max_length=7)
case("two layers", LAYERS, indices=range(3), temperature=1)

SCORES = [
    (NAMES, "emma"), (NAMES, "Emma"), (NAMES, ""), (NAMES, "xqzvj"),
    (NAMES, "maximilianandrew"), (NAMES, "christopherjohn"), (LETTERS, ""),
    (LETTERS, "É\U00010400ß"), (LETTERS, "abßжe-B"), (LAYERS, "abc"),
    (SMALLEST, ""), (SMALLEST, "A"),
]
