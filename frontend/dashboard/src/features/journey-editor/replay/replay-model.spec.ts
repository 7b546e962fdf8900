import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EnrollmentDetail, Graph, JsonObject, MoveInput, Program, StepInput, Visit } from '@wend/contract';
import { fold, initialState, programFormat, simulate } from '@wend/engine';
import { textsOf } from '@/i18n/texts.fixture';
import { buildReplay, inVersion } from './replay-model';
import type { VisitMoment } from './replay-model';
import { day, enteredAt, isoOf, manifests, runDetail } from './replay.fixture';
import { cardTimes } from './card-times';
import { becameWords, messageRows, whyIgnored, whyLeft, whyOf } from './why';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};
const blank = { at: enteredAt + 8 * 3_600_000, name: 'Project Created', properties: { template: 'blank' } };
const real = { at: enteredAt + 5 * 3_600_000, name: 'Project Created', properties: { template: 'kanban' } };
const replayOf = (detail: ReturnType<typeof runDetail>) => buildReplay({ texts, detail, manifests });
const visitTo = (node: string, path: VisitMoment[]): VisitMoment => {
  const found = path.find((moment) => moment.node === node);
  if (!found) throw new Error(`The run never came to ${node}`);
  return found;
};

describe('the path', () => {
  it('is in the order that the run took, also within one instant', () => {
    const { path } = replayOf(runDetail({ events: [real] }));
    expect(path.map((moment) => [moment.number, moment.node])).toEqual([
      [1, 'entry'],
      [2, 'mail'],
      [3, 'wait'],
      [4, 'seat'],
      [5, 'done'],
    ]);
  });

  it('is in order by the edges when nothing can be folded', () => {
    const { path, proof } = replayOf({ ...runDetail({ events: [real] }), program: null });
    expect(path.map((moment) => moment.node)).toEqual(['entry', 'mail', 'wait', 'seat', 'done']);
    expect(proof).toMatchObject({ kind: 'unavailable' });
  });

  it('names ports as the canvas does, and gives each visit its inputs and messages', () => {
    const { path } = replayOf(runDetail());
    expect(visitTo('wait', path)).toMatchObject({
      port: 'timeout',
      portLabel: 'After 1 day',
      at: enteredAt,
      leftAt: enteredAt + day,
    });
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
      'visit Signed up',
      'visit Welcome email',
      'visit Wait for a first project',
      'message Welcome email: delivered',
      'ignored Project Created ignored',
      'visit Nudge by push',
      'end Reached the end',
      'message Nudge by push: delivered',
    ]);
  });

  it('does not call an event ignored that moved the run, came outside it or is about a message', () => {
    const opened = { at: enteredAt + 60_000, name: 'Message Opened', properties: { nodeId: 'mail' } };
    const detail = runDetail({ events: [opened, real] });
    const before = {
      id: 'before',
      name: 'Page Viewed',
      time: isoOf(enteredAt - 60_000),
      receivedAt: isoOf(enteredAt - 60_000),
      properties: {},
      about: null,
    };
    const after = { ...before, id: 'after', time: isoOf(enteredAt + 2 * day) };
    const { moments } = replayOf({ ...detail, events: [...detail.events, before, after] });
    expect(moments.filter((moment) => moment.kind === 'ignored')).toEqual([]);
  });

  it('says when the person left a channel, and nothing of what scanners clicked', () => {
    const detail = runDetail({ events: [real] });
    const left = {
      id: 'left',
      name: 'Unsubscribed',
      time: isoOf(enteredAt + 60_000),
      receivedAt: isoOf(enteredAt + 60_000),
      properties: { channel: 'email' },
      about: { journey: 'Welcome series', node: 'Welcome email', channel: 'email' as const },
    };
    const stranger = { ...left, id: 'other', about: null };
    const { moments } = replayOf({ ...detail, events: [...detail.events, left, stranger] });
    expect(moments.filter((moment) => moment.kind === 'left')).toMatchObject([
      { title: 'Unsubscribed from email', node: 'wait', at: enteredAt + 60_000 },
    ]);
    expect(moments.filter((moment) => moment.kind === 'ignored').map((moment) => moment.title)).toEqual([
      'Unsubscribed ignored',
    ]);
    expect(moments.flatMap((moment) => (moment.kind === 'message' ? [moment.state] : []))).not.toContain('clicked');
    const [moment] = moments.flatMap((each) => (each.kind === 'left' ? [each] : []));
    expect(whyLeft({ ...moment!, texts, zone: 'Asia/Seoul' })).toEqual({
      title: 'They unsubscribed from email',
      rows: [
        {
          result: 'info',
          text: 'Through the link in “Welcome email” of “Welcome series”',
          seen: 'Tue 24 Nov 09:15:02',
        },
      ],
    });
  });

  it('marks an exit node and the end of the run as one', () => {
    const { moments } = replayOf(runDetail({ events: [real] }));
    expect(moments.filter((moment) => moment.kind === 'end')).toEqual([]);
    expect(moments.at(-1)).toMatchObject({ kind: 'visit', node: 'done' });
  });
});

it('says which event met an exit criterion, not the id of the criterion', () => {
  const detail = runDetail();
  const graph = {
    ...detail.graph,
    settings: { ...detail.graph.settings, exitCriteria: [{ id: 'x1', event: 'Account Deleted' }] },
  };
  const { moments } = replayOf({ ...detail, graph, status: 'exited', endReason: 'x1' });
  expect(moments.find((moment) => moment.kind === 'end')?.title).toBe('Left the journey: Account Deleted happened');
});

it('says which segment, channel or topic ended a run', () => {
  const detail = runDetail();
  const exitCriteria: Graph['settings']['exitCriteria'] = [
    { id: 's', kind: 'segment', on: 'left', segment: 'seg' },
    { id: 'c', kind: 'consent', channel: 'email', topic: 'offers' },
  ];
  const graph = { ...detail.graph, settings: { ...detail.graph.settings, exitCriteria } };
  const endOf = (criterion: string, properties: JsonObject) => {
    const event = { id: 'e', name: 'E', time: 0, properties, mark: { position: '1', snapshot: '', time: 0 } };
    const exit = { type: 'exit', at: 0, criterion, event } as const;
    const steps = detail.steps.map((step) => ({ ...step, inputs: [exit] as never }));
    const { moments } = replayOf({ ...detail, graph, steps, status: 'exited', endReason: criterion });
    return moments.find((moment) => moment.kind === 'end')?.title;
  };
  expect(endOf('s', { segmentId: 'seg', segmentName: 'VIP' })).toBe('Left the journey: Left the segment “VIP”');
  expect(endOf('s', {})).toBe('Left the journey: Left a segment');
  expect(endOf('c', { channel: 'email', topic: 'offers' })).toBe(
    'Left the journey: Unsubscribed from the topic offers on email',
  );
  expect(endOf('c', { channel: 'email' })).toBe('Left the journey: Unsubscribed from email');
});

it('says of steps that came after the person left what they were for', () => {
  const detail = runDetail();
  const program: Program = {
    ...(detail.program as Program),
    format: programFormat,
    instructions: [
      { node: 'give', enter: true, op: 'goto', target: { port: 'next', pc: 1 } },
      { node: 'wait', enter: true, op: 'wait', until: { seconds: 60 }, target: { port: 'next', pc: -1 } },
      { node: 'revoke', enter: true, op: 'goto', target: { port: 'next', pc: 3 } },
      { node: 'gone', enter: true, op: 'end', reason: 'Taken back' },
    ],
    exits: [{ id: 'x1', event: 'Account Deleted' }],
    undo: { give: 2 },
  };
  const ended = enteredAt + 5_000;
  const result = simulate({
    program,
    at: enteredAt,
    seed: 'seed',
    entry: { name: 'Signed Up', properties: {} },
    events: [{ at: ended, name: 'Account Deleted' }],
  });
  const run = {
    ...detail,
    program,
    steps: result.steps.map((step, index) => ({ step: index + 1, at: isoOf(step.at), inputs: step.inputs })),
    visits: result.commands.flatMap((command): Visit[] => {
      if (command.type !== 'leave') return [];
      const { node, visit, at, port, trace = null } = command;
      const enter = result.commands.find((each) => each.type === 'enter' && each.node === node);
      const enteredIt = enter?.type === 'enter' ? enter.at : at;
      return [{ node, visit, enteredAt: isoOf(enteredIt), leftAt: isoOf(at), port, trace }];
    }),
    messages: [],
    status: 'exited' as const,
    endReason: 'x1',
    endedAt: isoOf(ended),
  };
  const { path, moments, proof } = replayOf(run);
  expect(path.map(({ node, undoing }) => [node, undoing])).toEqual([
    ['give', false],
    ['wait', false],
    ['revoke', true],
    ['gone', true],
  ]);
  expect(proof.kind).toBe('matches');
  expect(moments.at(-1)).toMatchObject({ kind: 'end' });
  const why = whyOf({ texts, detail: run, manifests, zone: null, moment: visitTo('revoke', path) });
  expect(why.title).toBe('Undone because they left early');
});

describe('why', () => {
  const scene = (detail: ReturnType<typeof runDetail>) => ({ texts, detail, manifests, zone: detail.profile.timeZone });

  it('says what came near before the time was over', () => {
    const detail = runDetail({ events: [blank] });
    const why = whyOf({ moment: visitTo('wait', replayOf(detail).path), ...scene(detail) });
    expect(why).toEqual({
      title: 'Why they took “After 1 day”',
      rows: [
        {
          result: 'no',
          strong: 'Project Created',
          text: 'with template is not blank',
          seen: 'happened once, Tue 17:14: template = blank → doesn’t count',
        },
        { result: 'yes', text: '1 day passed', seen: 'due Wed 09:14:02 in Asia/Seoul, fired on time' },
      ],
    });
  });

  it('calls what a step names itself by its own name, not by ids in the event', () => {
    const named = (detail: ReturnType<typeof runDetail>) => {
      const wait = detail.graph.nodes['wait']!;
      const events = [
        { id: 'created', label: 'Became a VIP', trigger: { kind: 'segment', on: 'entered', segment: 's' } },
      ];
      const nodes = { ...detail.graph.nodes, wait: { ...wait, config: { ...wait.config, events } } };
      return { ...detail, graph: { ...detail.graph, nodes } };
    };
    const rowsOf = (detail: ReturnType<typeof runDetail>) =>
      whyOf({ moment: visitTo('wait', replayOf(detail).path), ...scene(detail) }).rows;
    expect(rowsOf(named(runDetail({ events: [real] })))).toEqual([
      { result: 'yes', strong: 'Became a VIP', text: 'happened', seen: expect.stringMatching(/^[^·=]*$/) },
    ]);
    expect(rowsOf(named(runDetail({ events: [blank] })))[0]).toEqual({
      result: 'no',
      strong: 'Became a VIP',
      text: '',
      seen: 'happened once, Tue 17:14 → doesn’t count',
    });
  });

  it('shows each clause of a decision with the value it saw', () => {
    const detail = runDetail({ events: [real], plan: 'trial' });
    const why = whyOf({ moment: visitTo('seat', replayOf(detail).path), ...scene(detail) });
    expect(why.rows).toEqual([
      { result: 'no', strong: 'Paid', text: '', rows: [{ result: 'no', text: 'plan is paid', seen: 'was trial' }] },
      { result: 'yes', strong: 'Else', text: 'because nothing above matched' },
    ]);
  });

  it.each([
    [
      'email',
      [{ channel: 'email' as const, at: isoOf(enteredAt - day) }],
      { text: 'Already unsubscribed from email', seen: 'Mon 23 Nov 09:14:02' },
    ],
    [
      'email',
      [{ channel: 'sms' as const, at: isoOf(enteredAt - day) }],
      { text: 'Reachable by email', seen: 'no valid email address on file' },
    ],
    [
      'email',
      [{ channel: 'email' as const, at: isoOf(enteredAt + day) }],
      { text: 'Reachable by email', seen: 'no valid email address on file' },
    ],
    ['sms', [], { text: 'Reachable by SMS', seen: 'no valid phone number on file' }],
    ['push', [], { text: 'Reachable by push', seen: 'no phone with notifications allowed on file' }],
  ] as const)('says what stood between a person and %s %#', (channel, unsubscribed, row) => {
    const detail = { ...runDetail(), unsubscribed: [...unsubscribed] };
    const visits = detail.visits.map((visit) =>
      visit.node === 'mail'
        ? {
            ...visit,
            port: 'notReachable',
            trace: { kind: 'reachable', channel, reachable: false, port: 'notReachable' },
          }
        : visit,
    );
    const why = whyOf({ moment: visitTo('mail', replayOf({ ...detail, visits }).path), ...scene(detail) });
    expect(why.rows).toEqual([{ result: 'no', ...row }]);
  });

  it.each([
    [
      'failed',
      'badAddress',
      [{ result: 'no', text: 'The message failed', seen: 'The address doesn’t exist or doesn’t accept messages.' }],
    ],
    [
      'suppressed',
      'unsubscribed',
      [{ result: 'no', text: 'The message was not sent', seen: 'The person unsubscribed from this channel.' }],
    ],
    ['unknown', null, [{ result: 'no', text: 'The message may not have gone out' }]],
    ['delivered', null, []],
  ] as const)('never says “Sent” of a message that was queued, and says that it %s', (status, reason, rows) => {
    const detail = runDetail();
    const messages = detail.messages.map((message) => ({ ...message, status, reason }));
    const moment = visitTo('mail', replayOf({ ...detail, messages }).path);
    expect(
      whyOf({
        moment: { ...moment, trace: { kind: 'reachable', channel: 'email', reachable: true, port: 'queued' } },
        ...scene(detail),
      }),
    ).toEqual({
      title: 'Why they continued',
      rows: [
        { result: 'yes', text: 'Reachable by email', seen: 'has an address or device, and is subscribed' },
        ...rows,
      ],
    });
    expect(messageRows(texts, moment)).toEqual(rows);
    expect(moment.portLabel).toBe('Continued');
  });

  it('says what became of a message in a sentence', () => {
    expect(['delivered', 'failed', 'suppressed'].map((state) => becameWords(texts, state))).toEqual([
      'The message was delivered',
      'The message failed',
      'The message was not sent',
    ]);
  });

  it('says what a run still waits for', () => {
    const detail = runDetail({ until: enteredAt + 3_600_000 });
    const why = whyOf({ moment: visitTo('wait', replayOf(detail).path), ...scene(detail) });
    expect(why.title).toBe('Waiting for');
    expect(why.rows.map((row) => row.seen)).toEqual(['hasn’t happened yet', '23 h left']);
  });

  it('explains an ignored event', () => {
    const detail = runDetail({ events: [blank, { at: enteredAt + 60_000, name: 'Page Viewed' }] });
    const ignored = replayOf(detail).moments.flatMap((moment) => (moment.kind === 'ignored' ? [moment.ignored] : []));
    const rows = ignored.map(
      (each) => whyIgnored({ texts, ignored: each, detail, manifests, zone: detail.profile.timeZone }).rows,
    );
    expect(rows).toEqual([
      [
        { result: 'info', strong: 'Page Viewed', text: 'happened', seen: 'Tue 24 Nov 09:15:02' },
        { result: 'no', text: '“Wait for a first project” wasn’t waiting for it' },
      ],
      [
        { result: 'info', strong: 'Project Created', text: 'happened', seen: 'Tue 24 Nov 17:14:02 · template = blank' },
        {
          result: 'no',
          text: '“Project Created” doesn’t accept it',
          rows: [{ result: 'no', text: 'template is not blank', seen: 'was blank' }],
        },
      ],
    ]);
  });
});

describe('the times on a card', () => {
  const zone = 'Asia/Seoul';

  it('say what became of the message in the words of the product', () => {
    const [message] = runDetail().messages;
    const failed = {
      ...message!,
      status: 'suppressed' as const,
      events: [{ ...message!.events[0]!, status: 'suppressed', at: isoOf(enteredAt + 1_000), detail: null }],
    };
    const visit = { at: enteredAt, leftAt: enteredAt, port: 'queued', messages: [failed] };
    expect(cardTimes({ texts, visit, due: null, zone })).toBe('Tue 09:14:02 → not sent 09:14:03');
    expect(cardTimes({ texts, visit: { ...visit, messages: [{ ...failed, events: [] }] }, due: null, zone })).toBe(
      'Tue 09:14:02 → not sent',
    );
  });

  it('say who could not be reached, whatever line they took', () => {
    expect(
      cardTimes({
        texts,
        visit: { at: enteredAt, leftAt: enteredAt, port: 'notReachable', messages: [] },
        due: null,
        zone,
      }),
    ).toBe('Tue 09:14:02 → not reachable');
  });
});

describe('the proof', () => {
  it('matches what the engine decided, whatever order keys are stored in', () => {
    const detail = runDetail({ events: [real] });
    const shuffled = detail.visits.map((visit) => ({
      ...visit,
      trace: visit.trace && Object.fromEntries(Object.entries(visit.trace as object).reverse()),
    }));
    expect(replayOf({ ...detail, visits: shuffled }).proof).toEqual({ kind: 'matches', inputs: 3, decisions: 12 });
  });

  it('names what was recorded otherwise', () => {
    const detail = runDetail();
    const visits = detail.visits.map((visit) => (visit.node === 'wait' ? { ...visit, port: 'created' } : visit));
    const { proof } = replayOf({ ...detail, visits });
    expect(proof).toMatchObject({ kind: 'differs', differences: [{ what: { kind: 'leave', node: 'wait' } }] });
  });

  it('names decisions that were never recorded and records that nothing decided', () => {
    const detail = runDetail();
    const visits = detail.visits.filter((visit) => visit.node !== 'push');
    const extra = { ...detail.visits[0]!, node: 'seat' };
    const { proof } = replayOf({ ...detail, visits: [...visits, extra] });
    const what = proof.kind === 'differs' ? proof.differences.map(({ what: { kind, node } }) => `${kind} ${node}`) : [];
    expect(what).toEqual(['enter push', 'leave push', 'enter seat', 'leave seat']);
  });

  it('holds nothing against a message that somebody sent again, and shows it with its visit', () => {
    const detail = runDetail({ events: [real] });
    const first = detail.messages[0]!;
    const again = { ...first, id: randomUUID(), resendNumber: 1, queuedAt: '2030-01-01T00:00:00.000Z' };
    const { proof, path } = replayOf({ ...detail, messages: [...detail.messages, again] });
    expect(proof.kind).toBe('matches');
    expect(path.find(({ node }) => node === first.node)?.messages).toEqual([first, again]);
  });

  it('does not fold a format that it does not know', () => {
    const detail = runDetail();
    expect(replayOf({ ...detail, program: { ...(detail.program as object), format: 99 } }).proof).toMatchObject({
      kind: 'unavailable',
    });
  });
});

it('shows each visit of a run that was moved in the version that it was in, and proves both', () => {
  const detail = runDetail({ until: enteredAt + 3_600_000 });
  const graph = {
    ...detail.graph,
    nodes: { ...detail.graph.nodes, wait: { ...detail.graph.nodes['wait']!, name: 'Wait longer' } },
  };
  const last = Object.values(graph.nodes).find(({ type }) => type === 'wend/exit')!;
  const moved: MoveInput = {
    type: 'moved',
    at: enteredAt + 7_200_000,
    move: randomUUID(),
    from: { node: 'wait', visit: 1, version: 3 },
    program: 'new',
    version: 4,
    to: last.id,
    entry: {},
  };
  const before = detail.program as Program;
  const after = { ...before, format: programFormat };
  const inputs = detail.steps.flatMap((step) => step.inputs as StepInput[]);
  const { commands } = fold({ program: before, state: initialState(before) }, [...inputs, moved], () => after);
  const left = commands.flatMap((command) => (command.type === 'leave' && command.trace ? [command] : []));
  const ended = isoOf(moved.at);
  const run: EnrollmentDetail = {
    ...detail,
    graph,
    program: after,
    programHash: 'new',
    version: 4,
    others: [{ version: 3, graph: detail.graph, inside: {}, program: before, programHash: 'hash' }],
    steps: [...detail.steps, { step: 9, at: ended, inputs: [moved] }],
    visits: [
      ...detail.visits.map((visit) =>
        visit.node === 'wait'
          ? { ...visit, leftAt: ended, trace: left.find(({ node }) => node === 'wait')!.trace }
          : visit,
      ),
      { node: last.id, visit: 1, enteredAt: ended, leftAt: ended, port: null, trace: left.at(-1)!.trace ?? null },
    ],
    status: 'completed',
    endedAt: ended,
    node: null,
  };
  const { path, proof } = replayOf(run);
  expect(proof).toMatchObject({ kind: 'matches' });
  expect(path.map(({ node, version }) => [node, version])).toEqual([
    ['entry', 3],
    ['mail', 3],
    ['wait', 3],
    [last.id, 4],
  ]);
  const wait = visitTo('wait', path);
  expect(wait.title).toBe(detail.graph.nodes['wait']!.name);
  const then = inVersion(run, wait.version);
  expect(then).toMatchObject({ version: 3, programHash: 'hash' });
  expect(inVersion(then, 4)).toMatchObject({ version: 4, programHash: 'new' });
  expect(whyOf({ texts, moment: wait, detail: then, manifests, zone: null })).toEqual({
    title: 'Moved to version 4',
    rows: [{ result: 'info', text: `Somebody moved them to the step “${last.name}”.` }],
  });
});
