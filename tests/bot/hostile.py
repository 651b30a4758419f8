"""Anybody's words, the worst of them by hand, and whatever could be said with them."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from prompts.message import (
    LEVELS,
    Button,
    Buttons,
    Chart,
    Choice,
    Choices,
    Day,
    Divider,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Hour,
    LongText,
    Message,
    Option,
    Path,
    Point,
    Press,
    Quiet,
    Quote,
    ShortText,
    Step,
    StepState,
    Switch,
    Table,
    Text,
)

HOSTILE = (
    "<!channel> <@U0123456> <https://evil.example|Payslips>",
    "[x](javascript:alert(1)) ![y](https://evil.example/y.png)",
    "{{DATE(2027-03-28T08:00:00Z, SHORT)}} {{{TIME(2027-03-28T08:00:00Z)}}}",
    "*bold* _it_ ~no~ `code` :smile: &lt;b&gt; &amp; <b>b</b>\n> quoted\n# head\n1. one\n- two",
    "שלום עולם \u202egnirts\u202c مرحبا \u2066x\u2069",
    "👩🏽‍⚕️👨‍👩‍👧‍👦🇬🇧 e\u0301",
    "\x00\x01\x07\x1b[31m\r\n\t\x7f\x85",
    "=HYPERLINK(1) www.evil.example @everyone",
    "nospaceatall",
    "{",
    " ",
)
words = st.builds(
    lambda said, times: (said * times)[:10_000],
    st.sampled_from(HOSTILE) | st.text(max_size=80),
    st.sampled_from([1, 1, 1, 30, 1000, 10_000]),
)
some = st.sampled_from(HOSTILE) | st.text(max_size=40)
ids = st.text("abcdef0123456789-", min_size=1, max_size=40)
does = st.sampled_from([*Press, *FormName])
rows = st.lists(st.lists(some, max_size=4).map(tuple), max_size=6).map(tuple)
points = (
    st.lists(st.builds(Point, st.dates(), st.sampled_from(LEVELS), words), max_size=5)
    .map(lambda them: sorted(them, key=lambda point: point.on))
    .map(tuple)
)
levels = st.tuples(*(st.tuples(st.just(level), some) for level in LEVELS))
steps = st.lists(st.builds(Step, some, words, st.sampled_from(StepState)), max_size=5).map(tuple)
elements = st.lists(
    st.one_of(
        st.builds(Heading, words),
        st.builds(Text, words),
        st.builds(Quiet, words),
        st.builds(Quote, words),
        st.lists(st.builds(Fact, some, words), max_size=4).map(tuple).map(Facts),
        st.builds(Table, some, st.lists(some, max_size=22).map(tuple), rows),
        st.builds(Chart, some, levels, points),
        st.builds(Path, some, steps),
        st.just(Divider()),
        st.lists(st.builds(Button, words, does, ids | st.just(""), st.booleans()), max_size=30)
        .map(tuple)
        .map(Buttons),
    ),
    max_size=8,
).map(tuple)
options = (
    st.lists(ids, max_size=130, unique=True)
    .flatmap(lambda them: st.tuples(*(st.builds(Option, st.just(it), some) for it in them)))
    .map(tuple)
)
told = {"label": words.map("{}a".format), "hint": some, "error": some}
fields = st.lists(
    st.one_of(
        st.builds(ShortText, ids, value=words, **told),
        st.builds(LongText, ids, value=words, **told),
        st.builds(Choice, ids, options=options, value=ids, **told),
        st.builds(Choices, ids, options=options, values=st.lists(ids).map(tuple), **told),
        st.builds(Day, ids, value=some | st.dates().map(str), **told),
        st.builds(Hour, ids, value=some | st.times().map(lambda t: f"{t:%H:%M}"), **told),
        st.builds(Switch, ids, on=st.booleans(), **told),
    ),
    max_size=5,
    unique_by=lambda field: field.name,
).map(tuple)
messages = st.builds(Message, words.map("News: {}".format), elements)
forms = st.builds(Form, st.sampled_from(FormName), words, ids, elements, fields, some, words)
patiently = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
