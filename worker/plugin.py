"""The one plugin for Client, Worker and Replayer: converter, codec, failures and sandbox can't drift apart."""

from __future__ import annotations

import dataclasses
from typing import Self

from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
    SerializationContext,
    StorageDriverStoreContext,
    WorkflowSerializationContext,
)
from temporalio.exceptions import ApplicationError
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from domain.errors import Refusal
from worker.codec import Keys, PathwayCodec

PLUGIN = "stegvis.PathwayPlugin"
REFUSAL = "Refusal"
"""The failure type of every anticipated "no"; it stands in history and is never renamed."""

PASSED_THROUGH = (
    "domain",  # pydantic models built again per workflow cost 17 times the CPU and 7 times the memory
    "workflows.ports",  # the same for the models of activities
    "holidays",  # domain.calendar reads it at import; inside the sandbox its lazy imports hit restricted modules
    "structlog",  # keeps its configuration in module globals
)


_NOWHERE = StorageDriverStoreContext(target=None)
_CONVERTERS = tuple(PydanticPayloadConverter().converters.values())


class JsonConverter(CompositePayloadConverter):
    """Pydantic models as JSON. What was learnt of a type is kept for the whole process.

    The SDK makes a converter for each run of a workflow, and one more each time that a run goes on; pydantic's own
    would learn all types again.
    """

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)


class PathwayRunner(SandboxedWorkflowRunner):
    """The SDK's sandbox, with one context for everything that a workflow writes and reads.

    The SDK asks the workflow, inside its sandbox, for the context of each payload, several times for each. A pathway
    speaks to itself and to its activities only, the codec looks at the workflow's id alone, and nothing is stored
    outside Temporal: the answers are known.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Return the workflow in its sandbox."""
        instance = super().create_instance(det)
        context = WorkflowSerializationContext(namespace=det.info.namespace, workflow_id=det.info.workflow_id)
        instance.get_serialization_context = lambda _command_info: context  # type: ignore[method-assign, assignment]
        instance.get_external_store_context = lambda _command_info: _NOWHERE  # type: ignore[method-assign, assignment]
        return instance


class FailureConverter(DefaultFailureConverterWithEncodedAttributes):
    """Encrypt messages and stack traces, and let a refusal's code and parameters reach the caller."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Fill the failure; a refusal becomes an application failure with its code and parameters as details."""
        if isinstance(exception, Refusal):
            refusal = ApplicationError(
                exception.code, exception.code, exception.params, type=REFUSAL, non_retryable=True
            ).with_traceback(exception.__traceback__)
            refusal.__suppress_context__ = True  # the code says it all; what led to it may hold what was typed in
            exception = refusal
        super().to_failure(exception, payload_converter, failure)


class PathwayPlugin(SimplePlugin):
    """Everything that must be the same wherever a pathway's history is written, read or replayed.

    Give it to the client only: a worker takes its client's plugins. A Replayer has no client and is given its own.
    """

    def __init__(self, keys: Keys) -> None:
        super().__init__(
            PLUGIN,
            data_converter=data_converter(keys),
            workflow_runner=_with_domain_passed_through,
            # Any other exception in a handler is a defect: the task is retried until mended code is deployed.
            workflow_failure_exception_types=[Refusal],
        )


class PathwayConverter(DataConverter):
    """A converter whose codec alone depends on the context.

    The SDK takes a copy for each context, a dozen for each command; its own way to copy builds every part anew.
    """

    def with_context(self, context: SerializationContext) -> Self:
        """Return this converter with the codec for the context's pathway; every other part is shared."""
        codec = self.payload_codec
        chosen = codec.with_context(context) if isinstance(codec, PathwayCodec) else codec
        if chosen is codec:
            return self
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__, payload_codec=chosen)
        return copied


def data_converter(keys: Keys) -> DataConverter:
    """Return the converter: pydantic models as JSON, compressed and encrypted, failures included."""
    return PathwayConverter(
        payload_converter_class=JsonConverter,
        payload_codec=PathwayCodec(keys),
        failure_converter_class=FailureConverter,
    )


def refusal_in(error: BaseException | None) -> Refusal | None:
    """Return the refusal that a client's error carries in its chain of causes, or None."""
    while error is not None:
        if isinstance(error, Refusal):
            return error
        if isinstance(error, ApplicationError) and error.type == REFUSAL:
            code, params = error.details
            return Refusal(code, **params)
        error = error.__cause__
    return None


def _with_domain_passed_through(existing: WorkflowRunner | None) -> WorkflowRunner:
    runner = existing or SandboxedWorkflowRunner()
    if not isinstance(runner, SandboxedWorkflowRunner):
        return runner
    restrictions: SandboxRestrictions = runner.restrictions.with_passthrough_modules(*PASSED_THROUGH)
    options = {each.name: getattr(runner, each.name) for each in dataclasses.fields(runner) if each.init}
    return PathwayRunner(**{**options, "restrictions": restrictions})
