"""A conversation: its turns, the run that goes on, and the next question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import streamlit as st

from groundwire.app.page_citation import open_citation
from groundwire.app.page_desk import Desk
from groundwire.app.page_engine import Run, explain
from groundwire.app.page_parts import show_answer, show_focus, show_text
from groundwire.app.page_payload import answer_payload
from groundwire.app.page_place import begin_thread, current_thread
from groundwire.app.page_sources import openable
from groundwire.app.page_steps import found_so_far, headline, steps_of_answer, steps_of_events
from groundwire.app.page_welcome import show_welcome
from groundwire.core.schema import Answer, Status, Turn

_OPENED = "opened-citation"
_SCOPE = "scope"
_EVERY = 0.4


def show_chat(desk: Desk) -> None:
    """Draw the conversation that the address names, or the first screen of a new one."""
    thread = current_thread()
    run = desk.engine.run_of(thread) if thread else None
    # Asked once: a run may end while the page is drawn.
    going = run is not None and not run.done
    turns = _apart_from(run, desk.threads.turns(thread) if thread else [], going=going)
    if desk.library.notice:
        show_text("gw-notice", desk.library.notice)
    if run is None and not turns:
        show_welcome(desk, ask=lambda question: _ask(question, desk))
    _show_turns(turns, run, desk)
    if run is not None and (going or run.answer is None):
        _show_run(run, len(turns), desk, going=going)
    _show_opened(turns, run, desk)
    _show_input(desk, going=going)


def _show_turns(turns: Sequence[Turn], run: Run | None, desk: Desk) -> None:
    for number, turn in enumerate(turns):
        if run is not None and _is_of(run, turn):
            show_focus(f"{turn.asked_at} answered")
        _show_turn(turn, _key(current_thread(), number), desk)
    if run is None and turns and turns[-1].answer is None:
        _offer_again(turns[-1].question, desk)


def _show_run(run: Run, position: int, desk: Desk, *, going: bool) -> None:
    show_focus(f"{current_thread()} {position} asked")
    show_text("gw-question", run.question)
    if going:
        st.fragment(_watch, run_every=_EVERY)(run)
    else:
        _show_broken_off(run, _key(current_thread(), position), desk)


def _apart_from(run: Run | None, turns: Sequence[Turn], *, going: bool) -> Sequence[Turn]:
    """The turns without the last one when ``run`` stands for it."""
    if run is None or not turns or turns[-1].question != run.question:
        return turns
    mine = turns[-1].answer is None or (going and _is_of(run, turns[-1]))
    return turns[:-1] if mine else turns


def _is_of(run: Run, turn: Turn) -> bool:
    return run.answer is not None and turn.answer == run.answer


def _show_turn(turn: Turn, key: str, desk: Desk) -> None:
    show_text("gw-question", turn.question)
    if turn.answer is None:
        show_text("gw-notice", "This question was stopped before it was answered.")
        return
    with st.expander(f"How this was found: {headline(turn.answer)}"):
        st.html(steps_of_answer(turn.answer))
    _draw(answer_payload(turn.answer, desk.judge), key)


def _draw(payload: Mapping[str, object], key: str) -> None:
    show_answer(payload, key=key, on_open=lambda number: _open(key, number))


def _open(key: str, number: int) -> None:
    st.session_state[_OPENED] = (key, number)


def _show_opened(turns: Sequence[Turn], run: Run | None, desk: Desk) -> None:
    key, number = st.session_state.pop(_OPENED, (None, 0))
    thread = current_thread()
    answers = [turn.answer for turn in turns]
    answers += [_broken_off(run)] if run is not None else []
    for position, answer in enumerate(answers):
        if answer is not None and key == _key(thread, position):
            places = openable(answer)
            if 1 <= number <= len(places):
                open_citation(places[number - 1], desk)


def _show_broken_off(run: Run, key: str, desk: Desk) -> None:
    if run.events:
        with st.expander("What was found until then"):
            st.html(steps_of_events(run.events))
    payload = answer_payload(_broken_off(run), desk.judge)
    if run.error is None:
        payload |= {"status": "stopped", "title": "Stopped before it was answered."}
    _draw(payload, key)
    _offer_again(run.question, desk)


def _offer_again(question: str, desk: Desk) -> None:
    st.button("Ask again", key="again", on_click=_ask, args=(question, desk))


def _broken_off(run: Run) -> Answer:
    """What a run that was stopped or broke is shown as: the reason, and what it had found."""
    reason = " ".join(explain(run.error)) if run.error else f"That was after {run.seconds:.1f} s."
    nearest = tuple(found_so_far(run.events))
    return Answer(question=run.question, status=Status.FAILED, evidence=nearest, reason=reason)


def _watch(run: Run) -> None:
    run.watch(0.15)
    if run.done:
        st.rerun()
    with st.status(f"Looking through your documents: {run.seconds:.0f} s", expanded=True):
        st.html(steps_of_events(run.events))
    st.button("Stop", icon=":material/stop_circle:", key="stop", on_click=run.stop)


def _show_input(desk: Desk, *, going: bool) -> None:
    with st.bottom:
        if len(desk.collections) > 1:
            st.selectbox(
                "Ask in",
                [None, *desk.collections],
                format_func=lambda name: "All collections" if name is None else name,
                key=_SCOPE,
                label_visibility="collapsed",
                width=240,
            )
        question = st.chat_input(
            "Ask your documents", key="question", disabled=going or not desk.collections
        )
    if question and question.strip():
        _ask(question.strip(), desk)
        st.rerun()


def _ask(question: str, desk: Desk) -> None:
    scope = st.session_state.get(_SCOPE)
    collection = scope if scope in desk.collections else None
    desk.engine.ask(question, thread=begin_thread(), collection=collection)


def _key(thread: str | None, position: int) -> str:
    # A component's key must not hold two underscores in a row; a conversation's name may.
    return f"turn-{hashlib.sha256((thread or '').encode()).hexdigest()[:12]}-{position}"
