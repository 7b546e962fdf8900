import { approvalEvent, isObject, stepOf } from '@wend/contract/plain';
import type { EnrollmentDetail, Manifests, Program, Trace } from '@wend/contract';
import { formatTime } from '../runs/format';
import { portLabelOf } from './replay-model';
import type { VisitMoment } from './replay-model';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type Scene = { texts: ReplayTexts; detail: EnrollmentDetail; manifests: Manifests; moment: VisitMoment };
type Answered = Extract<Trace, { kind: 'event' }>;

/** Who answered what an approval step asked, and what they wrote; null for other events. */
export function answerRow({ trace, zone, ...scene }: Scene & { trace: Answered; zone: string | null }): WhyRow | null {
  const { name, time, properties } = trace.event;
  const answer = properties['answer'];
  if (name !== approvalEvent || !isObject(answer)) return null;
  const { by, note } = answer;
  const at = formatTime(time, { style: 'date-seconds', zone });
  return {
    result: 'yes',
    strong: typeof by === 'string' ? by : '',
    text: scene.texts.replay('why.answered', { answer: label(scene, trace.port) }),
    seen: typeof note === 'string' && note !== '' ? `${at} · “${note}”` : at,
  };
}

/** Of a step that asks: the answers that it waits for or waited for in vain, as one line; null for other steps. */
export function unansweredRows(scene: Scene): WhyRow[] | null {
  const { texts, detail, moment } = scene;
  const answers = answersOf(detail.program as Program | null, moment.node);
  if (!answers) return null;
  const waits = moment.leftAt === null;
  return [
    {
      result: waits ? 'info' : 'no',
      text: texts.replay('why.answer', { answers: answers.map((port) => label(scene, port)).join(', ') }),
      seen: texts.replay(waits ? 'why.notYet' : 'why.nobodyAnswered'),
    },
  ];
}

/** The ports of the answers that a step waits for; null where it asks nobody. */
export function answersOf(program: Program | null, node: string): string[] | null {
  const wait = program?.instructions.find((each) => each.op === 'waitFor' && each.node === node);
  return wait?.op === 'waitFor' && wait.asks ? wait.arms.map(({ target }) => target.port) : null;
}

function label({ texts, detail, manifests, moment }: Scene, port: string): string {
  return portLabelOf(texts.ports, { node: stepOf(detail, moment.node), port, manifests });
}
