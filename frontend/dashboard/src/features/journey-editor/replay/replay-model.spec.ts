import { describe, expect, it } from 'vitest';
import { buildReplay } from './replay-model';
import type { VisitMoment } from './replay-model';
import { day, enteredAt, isoOf, manifests, runDetail } from './replay.fixture';
import { whyIgnored, whyOf } from './why';

const blank = { at: enteredAt + 8 * 3_600_000, name: 'Project Created', properties: { template: 'blank' } };
const real = { at: enteredAt + 5 * 3_600_000, name: 'Project Created', properties: { template: 'kanban' } };
const replayOf = (detail: ReturnType<typeof runDetail>) => buildReplay({ detail, manifests });
const visitTo = (node: string, path: VisitMoment[]): VisitMoment => {
  const found = path.find((moment) => moment.node === node);
  if (!found) throw new Error(`The run never came to ${node}`);
  return found;
};

describe('the path', () => {
  it('is in the order that the run took, also within one instant', () => {
    const { path } = replayOf(runDetail({ events: [real] }));
    expect(path.map((moment) => [moment.number, moment.node])).toEqual([[1, 'entry'], [2, 'mail'], [3, 'wait'], [4, 'seat'], [5, 'done']]);
  });

  it('is in order by the edges when nothing can be folded', () => {
    const { path, proof } = replayOf({ ...runDetail({ events: [real] }), program: null });
    expect(path.map((moment) => moment.node)).toEqual(['entry', 'mail', 'wait', 'seat', 'done']);
    expect(proof).toMatchObject({ kind: 'unavailable' });
  });

  it('names ports as the canvas does, and gives each visit its inputs and messages', () => {
    const { path } = replayOf(runDetail());
    expect(visitTo('wait', path)).toMatchObject({ port: 'timeout', portLabel: 'After 1 day', at: enteredAt, leftAt: enteredAt + day });
    expect(visitTo('wait', path).inputs.map((input) => input.type)).toEqual(['timer']);
    expect(visitTo('entry', path).inputs.map((input) => input.type)).toEqual(['enrolled']);
    expect(visitTo('push', path).messages.map((message) => message.channel)).toEqual(['push']);
    expect(visitTo('mail', path).messages.map((message) => message.channel)).toEqual(['email']);
  });

  it('leaves a run that still waits open', () => {
    const { path, endedAt } = replayOf(runDetail({ until: enteredAt + 1_000 }));
    expect(endedAt).toBeNull();
    expect(path.at(-1)).toMatchObject({ node: 'wait', leftAt: null, port: null });
  });
});

describe('the time line', () => {
  it('shows ignored events and states of messages in their place', () => {
    const { moments } = replayOf(runDetail({ events: [blank] }));
    expect(moments.map((moment) => `${moment.kind} ${moment.title}`)).toEqual([
      'visit Signed up', 'visit Welcome e-mail', 'visit Wait for a first project', 'message Welcome e-mail: delivered',
      'ignored Project Created ignored', 'visit Nudge by push', 'end Reached the end', 'message Nudge by push: delivered',
    ]);
  });

  it('does not call an event ignored that moved the run, came outside it or is about a message', () => {
    const opened = { at: enteredAt + 60_000, name: 'Message Opened', properties: { nodeId: 'mail' } };
    const detail = runDetail({ events: [opened, real] });
    const before = { id: 'before', name: 'Page Viewed', time: isoOf(enteredAt - 60_000), receivedAt: isoOf(enteredAt - 60_000), properties: {} };
    const after = { ...before, id: 'after', time: isoOf(enteredAt + 2 * day) };
    const { moments } = replayOf({ ...detail, events: [...detail.events, before, after] });
    expect(moments.filter((moment) => moment.kind === 'ignored')).toEqual([]);
  });

  it('marks an exit node and the end of the run as one', () => {
    const { moments } = replayOf(runDetail({ events: [real] }));
    expect(moments.filter((moment) => moment.kind === 'end')).toEqual([]);
    expect(moments.at(-1)).toMatchObject({ kind: 'visit', node: 'done' });
  });
});

it('says which event met an exit criterion, not the id of the criterion', () => {
  const detail = runDetail();
  const graph = { ...detail.graph, settings: { ...detail.graph.settings, exitCriteria: [{ id: 'x1', event: 'Account Deleted' }] } };
  const { moments } = replayOf({ ...detail, graph, status: 'exited', endReason: 'x1' });
  expect(moments.find((moment) => moment.kind === 'end')?.title).toBe('Left the journey: Account Deleted happened');
});

describe('why', () => {
  const scene = (detail: ReturnType<typeof runDetail>) => ({ detail, manifests, zone: detail.profile.timeZone });

  it('says what came near before the time was over', () => {
    const detail = runDetail({ events: [blank] });
    const why = whyOf({ moment: visitTo('wait', replayOf(detail).path), ...scene(detail) });
    expect(why).toEqual({
      title: 'Why they left by “After 1 day”',
      rows: [
        { result: 'no', strong: 'Project Created', text: 'with template is not blank', seen: 'seen once, Tue 17:14: template = blank → does not count' },
        { result: 'yes', text: '1 day passed', seen: 'due Wed 09:14:02 in Asia/Seoul, fired on time' },
      ],
    });
  });

  it('shows each clause of a decision with the value it saw', () => {
    const detail = runDetail({ events: [real], plan: 'trial' });
    const why = whyOf({ moment: visitTo('seat', replayOf(detail).path), ...scene(detail) });
    expect(why.rows).toEqual([
      { result: 'no', strong: 'Paid', text: '', rows: [{ result: 'no', text: 'plan is paid', seen: 'saw trial' }] },
      { result: 'yes', strong: 'Else', text: 'because nothing above held' },
    ]);
  });

  it('says what a run still waits for', () => {
    const detail = runDetail({ until: enteredAt + 3_600_000 });
    const why = whyOf({ moment: visitTo('wait', replayOf(detail).path), ...scene(detail) });
    expect(why.title).toBe('What this run waits for');
    expect(why.rows.map((row) => row.seen)).toEqual(['not seen yet', '23 h to go']);
  });

  it('explains an ignored event', () => {
    const detail = runDetail({ events: [blank, { at: enteredAt + 60_000, name: 'Page Viewed' }] });
    const ignored = replayOf(detail).moments.flatMap((moment) => (moment.kind === 'ignored' ? [moment.ignored] : []));
    const rows = ignored.map((each) => whyIgnored({ ignored: each, detail, manifests }).rows);
    expect(rows).toEqual([
      [{ result: 'info', strong: 'Page Viewed', text: 'happened', seen: 'Tue 24 Nov 09:15:02' }, { result: 'no', text: '“Wait for a first project” did not wait for it' }],
      [
        { result: 'info', strong: 'Project Created', text: 'happened', seen: 'Tue 24 Nov 17:14:02 · template = blank' },
        { result: 'no', text: 'The way out “Project Created” does not take it', rows: [{ result: 'no', text: 'template is not blank', seen: 'saw blank' }] },
      ],
    ]);
  });
});

describe('the proof', () => {
  it('matches what the engine decided, whatever order keys are stored in', () => {
    const detail = runDetail({ events: [real] });
    const shuffled = detail.visits.map((visit) => ({ ...visit, trace: visit.trace && Object.fromEntries(Object.entries(visit.trace as object).reverse()) }));
    expect(replayOf({ ...detail, visits: shuffled }).proof).toEqual({ kind: 'matches', inputs: 3, decisions: 12 });
  });

  it('names what was recorded otherwise', () => {
    const detail = runDetail();
    const visits = detail.visits.map((visit) => (visit.node === 'wait' ? { ...visit, port: 'created' } : visit));
    const { proof } = replayOf({ ...detail, visits });
    expect(proof).toMatchObject({ kind: 'differs', differences: [{ what: 'Leaving wait' }] });
  });

  it('names decisions that were never recorded and records that nothing decided', () => {
    const detail = runDetail();
    const visits = detail.visits.filter((visit) => visit.node !== 'push');
    const extra = { ...detail.visits[0]!, node: 'seat' };
    const { proof } = replayOf({ ...detail, visits: [...visits, extra] });
    const what = proof.kind === 'differs' ? proof.differences.map((each) => each.what) : [];
    expect(what).toEqual(['Coming to push', 'Leaving push', 'Coming to seat', 'Leaving seat']);
  });

  it('does not fold a format that it does not know', () => {
    const detail = runDetail();
    expect(replayOf({ ...detail, program: { ...(detail.program as object), format: 99 } }).proof).toMatchObject({ kind: 'unavailable' });
  });
});
