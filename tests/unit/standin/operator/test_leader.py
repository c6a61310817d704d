import asyncio
from collections.abc import Callable
from typing import Any

from seldon_standin.operator.kube import Access, Api
from seldon_standin.operator.leader import Election, Terms

from ....waiting import until_soon
from .kube_api import KubeApi

WithApi = Callable[[Callable[..., Any]], None]
TERMS = Terms(lease=1.0, renewal=0.6, retry=0.1)
# So long that no machine is too busy to renew it in time.
LONG_TERMS = Terms(lease=600.0, renewal=400.0, retry=0.1)


class Candidate:
    """An operator that does nothing but lead."""

    def __init__(self, api: Api, name: str, terms: Terms = TERMS) -> None:
        self.leads = False
        self.task = asyncio.ensure_future(Election(api, "system", "lease", name, terms).run(self._work))

    async def _work(self) -> None:
        self.leads = True
        try:
            await asyncio.Event().wait()
        finally:
            self.leads = False

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


def test_there_is_one_leader_and_the_next_takes_over_when_it_ends(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        first, second = Candidate(api, "one", LONG_TERMS), Candidate(api, "two", LONG_TERMS)
        await until_soon(lambda: first.leads or second.leads, "a leader")
        leader, other = (first, second) if first.leads else (second, first)
        for _ in range(20):
            await asyncio.sleep(0.05)
            assert leader.leads
            assert not other.leads
        await leader.end()
        await until_soon(lambda: other.leads, "the other leads")
        await other.end()

    with_api(scenario)


def test_a_leader_that_vanished_is_replaced_when_its_lease_is_over(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        spec = {"holderIdentity": "gone", "leaseDurationSeconds": 1, "renewTime": "long ago"}
        server.put({"kind": "Lease", "metadata": {"name": "lease"}, "spec": spec}, "leases", "system")
        candidate = Candidate(api, "one")
        await until_soon(lambda: candidate.leads, "it leads")
        assert server.objects["leases", "system", "lease"]["spec"]["leaseTransitions"] == 1
        await candidate.end()

    with_api(scenario)


def test_a_leader_that_cannot_renew_steps_down_and_comes_back(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        candidate = Candidate(api, "one")
        await until_soon(lambda: candidate.leads, "it leads")
        await server.stop()
        await until_soon(lambda: not candidate.leads, "it steps down")
        await server.start()
        await until_soon(lambda: candidate.leads, "it leads again")
        await candidate.end()

    with_api(scenario)


def test_a_leader_whose_lease_was_taken_steps_down(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        candidate = Candidate(api, "one")
        await until_soon(lambda: candidate.leads, "it leads")

        def steal() -> bool:
            # Again and again: a renewal that was under way may come after the theft.
            lease = server.objects["leases", "system", "lease"]
            spec = {**lease["spec"], "holderIdentity": "thief", "leaseDurationSeconds": 60}
            server.put({**lease, "spec": spec}, "leases", "system")
            return not candidate.leads

        await until_soon(steal, "it steps down")
        await candidate.end()
        assert server.objects["leases", "system", "lease"]["spec"]["holderIdentity"] == "thief"

    with_api(scenario)


def test_a_leader_can_be_ended_while_its_work_is_ending(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        is_ending = asyncio.Event()

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                is_ending.set()
                await asyncio.sleep(0.1)

        task = asyncio.ensure_future(Election(api, "system", "lease", "one", LONG_TERMS).run(work))
        await until_soon(lambda: ("leases", "system", "lease") in server.objects, "it leads")
        lease = server.objects["leases", "system", "lease"]
        while not is_ending.is_set():
            server.put({**lease, "spec": {**lease["spec"], "holderIdentity": "thief"}}, "leases", "system")
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    with_api(scenario)


def test_the_lease_is_given_back_at_the_end(with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        async with Api(Access(server.base, False)) as own:
            candidate = Candidate(own, "one")
            await until_soon(lambda: candidate.leads, "it leads")
            await candidate.end()
        assert server.objects["leases", "system", "lease"]["spec"]["holderIdentity"] == ""

    with_api(scenario)
