"""From a definition to the compiled rules: names become paths, shorthands steps, and every loose end an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.format.linking import Linker
from domain.format.loading import Bases, load_programme
from domain.format.model import ItemDef, OutcomeDef, StepDef
from domain.format.names import OFFER, PLACE, WAITING
from domain.format.reading import DefinitionError, Document, Place
from domain.rules import (
    AFTER_EXIT,
    ITEM,
    OWNER,
    ROOT,
    STAGE,
    ExitRule,
    FactRule,
    FieldRule,
    Happening,
    Outcome,
    Rank,
    ReviewRule,
    Rules,
    StepKind,
    StepRule,
    WatchRule,
    rules_hash,
)
from domain.spans import parse_due

if TYPE_CHECKING:
    from domain.format.model import FactDef, FieldDef, ProgrammeDef


def compile_text(text: str, bases: Bases | None = None) -> tuple[Rules, ProgrammeDef, Document]:
    """Read, validate and compile a definition. Raises DefinitionError with a line for each problem."""
    definition, document = load_programme(text, bases)
    return compile_programme(definition, document), definition, document


def compile_programme(definition: ProgrammeDef, document: Document) -> Rules:
    """Compile a validated definition. Raises DefinitionError with a line for each loose end."""
    return _Compiler(definition, document).run()


class _Compiler(Linker):
    def run(self) -> Rules:
        """Compile everything, gathering problems instead of stopping at the first."""
        definition = self.definition
        if OWNER not in definition.roles:
            self.wrong(("roles",), "role_owner_missing")
        if ITEM in definition.roles:
            self.wrong(("roles", ITEM), "role_item_taken")
        self.words_of_stories()
        steps: dict[str, StepRule] = {}
        happenings = {
            name: Happening(
                by=self.roles(part.by, ("happenings", name, "by")),
                exit=self.exit(part.exit, ("happenings", name)),
                condition=self.condition(part.condition, ROOT, ("happenings", name, "if")) if part.condition else None,
            )
            for name, part in definition.happenings.items()
        }
        self.walk(definition.steps, ROOT, ("steps",), steps, happenings)
        self.walk(definition.after_exit, AFTER_EXIT, ("after_exit",), steps, happenings)
        rules = Rules(
            programme=definition.programme,
            format=definition.format,
            roles=tuple(definition.roles),
            watch=self.watch(),
            review=ReviewRule(
                by=self.role(definition.review.by, ("review", "by")),
                due=definition.review.due,
                overdue=self.ladder(definition.review.overdue, ("review", "overdue")),
            ),
            reopen_within=definition.reopen_within,
            resend=tuple(definition.resend),
            facts={name: _fact(part) for name, part in definition.facts.items()},
            records={
                name: {field: _field(part) for field, part in record.fields.items()}
                for name, record in definition.records.items()
            },
            eligible=tuple(
                self.condition({k: v for k, v in part.items() if k != "source"}, ROOT, ("eligible", index))
                for index, part in enumerate(definition.eligible)
            ),
            exits={
                name: ExitRule(
                    cls=part.cls,
                    hand_over=self.role(part.hand_over, ("exits", name)) if part.hand_over else None,
                    tell=self.roles(part.tell, ("exits", name)),
                )
                for name, part in definition.exits.items()
            },
            steps=steps,
            milestones={
                name: self.condition({k: v for k, v in part.items() if k != "source"}, ROOT, ("milestones", name))
                for name, part in definition.milestones.items()
            },
            happenings=happenings,
        )
        self.loose_ends(rules)
        if self.problems:
            raise DefinitionError(sorted(set(self.problems), key=lambda problem: problem.line))
        return replace(rules, hash=rules_hash(rules))

    def watch(self) -> WatchRule:
        """Compile the watch."""
        part = self.definition.watch
        return WatchRule(
            every=part.every,
            pause_at_most=part.pause_at_most,
            overdue=self.ladder(part.overdue, ("watch", "overdue")),
            moved_by=tuple(self.ref(text, ROOT, ("watch", "moved_by")) for text in part.moved_by),
            pause_reasons=tuple(part.pause_reasons),
        )

    def walk(
        self,
        parts: dict[str, StepDef],
        parent: str,
        place: Place,
        steps: dict[str, StepRule],
        happenings: dict[str, Happening],
    ) -> None:
        """Compile the steps of one parent, in file order."""
        for name, part in parts.items():
            here = (*place, name)
            path = f"{parent}.{name}" if parent else name
            if name == "watch":
                self.wrong(here, "step_watch_taken")
            rule = self.step(part, path, parent, here)
            if part.lasts and part.lasts.at_least:
                self.holds_back(part, here)
            if part.waits_for:
                rule = self.waiting(part, rule, here, steps, happenings)
            steps[path] = rule
            if part.steps is not None:
                self.walk(part.steps, path, (*here, "steps"), steps, happenings)

    def step(self, part: StepDef, path: str, parent: str, here: Place) -> StepRule:
        """Compile one step."""
        kind: StepKind = (
            "stage" if part.steps is not None else "decision" if part.decide else "record" if part.record else "task"
        )
        if kind != "stage" and not part.by:
            self.wrong(here, "step_by_missing")
        if kind != "stage" and not part.due and not part.every and not part.choose:
            self.wrong(here, "step_due_missing")
        due, not_before = self.instant(part.due, parent, (*here, "due")), self._earliest(part, parent, here)
        if part.authority:
            self.known(part.authority, self.definition.authorities, "authority", here)
        if part.record:
            self.known(part.record, self.definition.records, "record", here)
        items, items_from = self.items(part, here)
        if part.by == ITEM:
            for item in items or (None,):
                self.known(item or ITEM, self.definition.roles, "item_role", (*here, "by"))
        outcomes = {
            name: self.outcome(item, (*here, "decide", name), parent) for name, item in (part.decide or {}).items()
        }
        if part.at_due and part.at_due not in outcomes:
            self.wrong(here, "at_due_unknown", name=part.at_due)
        return StepRule(
            path=path,
            parent=parent,
            kind=kind,
            by=ITEM if part.by == ITEM else self.role(part.by, here) if part.by else self._stage_by(part),
            authority=part.authority,
            after=self.trigger(part.after, parent, (*here, "after")),
            condition=self.condition(part.condition, parent, (*here, "if")) if part.condition else None,
            choose=part.choose or 0,
            times=part.times,
            every=part.every,
            items=items,
            items_from=items_from,
            items_if={
                one.item: self.condition(one.condition, parent, (*here, "for_each", place))
                for place, one in enumerate(part.for_each if isinstance(part.for_each, list) else ())
                if isinstance(one, ItemDef)
            },
            enough=part.enough,
            outcomes=outcomes,
            record=part.record,
            due=due or part.every or (part.lasts.at_most if part.lasts else None),
            remind=part.remind,
            overdue=self.ladder(part.overdue, (*here, "overdue")),
            announce=part.announce,
            not_before=not_before,
            at_due=part.at_due,
            stops=tuple(self.ref(text, parent, (*here, "stops")) for text in part.stops),
            extended_by={self.ref(ref, parent, (*here, "extended_by")): span for ref, span in part.extended_by.items()},
            hours=part.hours,
            required=part.required is True and not part.choose and not part.every,
            required_if=self.condition(part.required, parent, here) if isinstance(part.required, dict) else None,
            not_by=self.step_paths(part.not_by, parent, (*here, "not_by")),
            same_as=self.step_paths(part.same_as, parent, (*here, "same_as")),
            present=tuple(part.present),
            only=tuple(name for name in part.only if self.exit(name, (*here, "only"))),
            unless=tuple(name for name in part.unless if self.exit(name, (*here, "unless"))),
            never_paused=part.never_paused or parent == AFTER_EXIT,
            confirms=part.confirms,
            view=part.view,
            reasons=tuple(part.reasons),
            tell=self.roles(part.tell, (*here, "tell")),
        )

    def _earliest(self, part: StepDef, parent: str, here: Place) -> str | None:
        """Return ``not_before``, or for a decision what its stage's ``lasts`` says."""
        if part.not_before:
            return self.instant(part.not_before, parent, (*here, "not_before"))
        around = self._around(here)
        if part.decide and around is not None and around.lasts and around.lasts.at_least:
            return f"{around.lasts.at_least} after {STAGE}"
        return None

    def _around(self, here: Place) -> StepDef | None:
        """Return the stage around a place, or None at the root."""
        steps, found = self.definition.steps, None
        for name in here[1:-1:2]:
            found = steps.get(str(name))
            steps = (found.steps if found else None) or {}
        return found if here[0] == "steps" else None

    def instant(self, text: str | None, parent: str, place: Place) -> str | None:
        """Check the anchor of a due rule and return it with the anchor's full path."""
        if text is None:
            return None
        anchor = parse_due(text).anchor
        if anchor == STAGE and parent in (ROOT, AFTER_EXIT):
            self.wrong(place, "anchor_stage_missing")
        if anchor == STAGE and any(path.rsplit(".", 1)[-1] == STAGE for path in self.names.endings):
            self.wrong(place, "anchor_stage_taken")
        if anchor in ("opening", "referral", "exit", STAGE):
            return text
        return text.replace(f" after {anchor}", f" after {self.ref(anchor, parent, place)}")

    def holds_back(self, part: StepDef, here: Place) -> None:
        """Refuse ``at_least`` where nothing would wait for it."""
        if not any(inner.decide for inner in (part.steps or {}).values()):
            self.wrong((*here, "lasts"), "at_least_holds_nothing")

    def _stage_by(self, part: StepDef) -> str | None:
        return OWNER if part.lasts and part.lasts.at_most else None

    def items(self, part: StepDef, here: Place) -> tuple[tuple[str, ...], str | None]:
        """Compile ``for_each``: a record's items, a list, or a fact that holds codes."""
        if isinstance(part.for_each, list):
            return tuple(one.item if isinstance(one, ItemDef) else one for one in part.for_each), None
        if part.for_each is None:
            return (), None
        head, _, tail = part.for_each.partition(".")
        if tail == "for" and head in self.definition.records:
            return tuple(self.definition.records[head].items), None
        if head == "fact" and tail in self.definition.facts:
            if self.definition.facts[tail].type != "codes":
                self.wrong((*here, "for_each"), "items_not_codes", name=tail)
            return (), tail
        self.wrong((*here, "for_each"), "items_form")
        return (), None

    def outcome(self, part: OutcomeDef, place: Place, parent: str) -> Outcome:
        """Compile one outcome."""
        needs = None
        if part.needs == "eligible":
            needs = {"all": [self.condition(rule, ROOT, place) for rule in self.definition.eligible]}
        elif isinstance(part.needs, dict):
            needs = self.condition(part.needs, parent, place)
        return Outcome(
            needs=needs,
            exception=self.role(part.exception, place) if part.exception else None,
            exit=self.exit(part.exit, place),
            tell=self.roles(part.tell, place),
            reasons=tuple(part.reasons),
        )

    def waiting(
        self, part: StepDef, rule: StepRule, here: Place, steps: dict[str, StepRule], happenings: dict[str, Happening]
    ) -> StepRule:
        """Turn ``waits_for`` into the steps that it means: waiting, offer, and the step itself after acceptance."""
        places = part.waits_for
        if places is None:
            return rule
        waiting, offer = rule.path + WAITING, rule.path + OFFER
        for name in (waiting, offer):
            if name in self.names.written:
                self.wrong((*here, "waits_for"), "place_step_taken", name=name)
        again = {"any": [{"ref": f"{offer}.declined"}, {"ref": f"{offer}.expired"}]}
        steps[waiting] = StepRule(
            path=waiting, parent=rule.parent, kind="task", by=OWNER, due=places.waiting_due, times=100,
            after=rule.after, again=again, condition=rule.condition,
            overdue=rule.overdue, required=rule.required, waits=places.pool,
            ranks=tuple(
                Rank(self.condition(one.condition, rule.parent, (*here, "waits_for", "priority", place)), one.rank)
                for place, one in enumerate(places.priority)
            ),
        )  # fmt: skip
        happenings[rule.path + PLACE] = Happening(by=("system",), step=waiting)
        steps[offer] = StepRule(
            path=offer, parent=rule.parent, kind="decision", by=OWNER, due=places.offer_due, times=100,
            after={"ref": waiting}, at_due="expired", announce=True, required=rule.required,
            outcomes={"accepted": Outcome(), "declined": Outcome(), "expired": Outcome()},
        )  # fmt: skip
        return replace(rule, after={"ref": f"{offer}.accepted"}, condition=None)

    def loose_ends(self, rules: Rules) -> None:
        """Refuse what would leave somebody without a next step: exits without a receiver, nothing to start with."""
        for name, leaving in rules.exits.items():
            if leaving.hand_over and not any(
                step.confirms and (not step.only or name in step.only) and name not in step.unless
                for step in rules.after_exit
            ):
                self.wrong(("exits", name), "hand_over_unconfirmed")
        for name, target in self.definition.targets.items():
            self.ref(target.count, ROOT, ("targets", name, "count"))
            self.ref(target.of, ROOT, ("targets", name, "of"))
            if target.split:
                self.known(target.split, self.definition.facts, "fact", ("targets", name, "split"))
        for name, goal in self.definition.goals.items():
            for place, counted in enumerate(goal.counts):
                self.condition(counted, ROOT, ("goals", name, "counts", place))
        if not any(rule.parent == ROOT and rule.after is None and not rule.choose for rule in rules.steps.values()):
            self.wrong(("steps",), "nothing_opens")


def _fact(part: FactDef) -> FactRule:
    kind = part.type or ("code" if part.one_of else "text")
    sealed = part.sealed or kind == "text"
    return FactRule(kind, tuple(part.one_of or ()), part.low, part.high, sealed, part.refusable)


def _field(part: FieldDef) -> FieldRule:
    kind = part.type or ("code" if part.one_of else "number" if part.derived or part.low is not None else "text")
    derived = None
    if part.derived:
        over, under = part.derived.split(" / ")
        derived = (over, under)
    return FieldRule(
        kind, tuple(part.one_of or ()), part.low, part.high, part.step, part.default,
        part.sealed or kind == "text", part.required, derived,
    )  # fmt: skip
