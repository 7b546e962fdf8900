import { json, portsOf, rule } from '@wend/contract';
import type {
  CallOutcome,
  Category,
  Channel,
  CompilableNode,
  EntryKind,
  Json,
  JsonObject,
  LowerContext,
  Lowered,
  NodeManifest,
  Port,
  WayIn,
  WayInOf,
} from '@wend/contract';
import type { z } from 'zod';
import type { RunContext, SimulateContext } from './context.js';
import { PermanentError } from './errors.js';
import { buildManifest, parserOf } from './manifest.js';
import { toCallOutcome } from './outcomes.js';
import type { Outcome } from './outcomes.js';
import { sampleOf } from './sample.js';

/** A node as the host uses it: what the compiler needs, and the code behind its activity. */
export type NodeDefinition = CompilableNode & {
  run?: (context: RunContext) => Promise<CallOutcome>;
  /** Set when the author wrote one; `run` calls it by itself when the context has `resume`. */
  resume?: (context: RunContext) => Promise<CallOutcome>;
  /** What `run` would come to, without any effect: the author's, else a sample result through the first port. */
  simulate?: (context: SimulateContext) => Promise<CallOutcome>;
};

type Awaitable<T> = T | Promise<T>;
type Config<Schema extends z.ZodType> = z.output<Schema>;
/** With ports from the config any name may be right; else only the listed ones and `error`. */
type PortName<Id extends string, From> = From extends undefined ? Id | 'error' : string;

/** One of the kinds of entries that Wend knows, and how the settings say it. */
export type EntryOptions<Settings> = {
  [Kind in EntryKind]: { kind: Kind; wayIn: (config: Settings) => Omit<WayInOf<Kind>, 'kind'> };
}[EntryKind];

type OverAtOnce<Id extends string> = {
  when?: string;
  ports?: readonly NoInfer<Id>[];
  exceptPorts?: readonly NoInfer<Id>[];
};

export type NodeOptions<Schema extends z.ZodType, Id extends string, From extends string | undefined> = {
  /** `vendor/name`: stored in journeys for ever. */
  type: string;
  /**
   * Grows when a field or port is removed, a required field is added or the meaning changes. Keep exporting old
   * versions.
   */
  version: number;
  title: string;
  /** One sentence for the palette: what it does for the person. */
  description: string;
  category: Category;
  /** Name of a Lucide icon, such as `mail`. */
  icon: string;
  config: Schema;
  /**
   * Ways out, in order. With `portsFrom` they come after the ports of the items. `follows`: while nothing is connected
   * to it, people go where that port leads. `when`: there only while that switch of the config is on.
   */
  ports?: readonly (Id | { id: Id; label: string; follows?: string; when?: string })[];
  /**
   * One port per item of a list in the config: `id` of the item, label from its field `label`. While nothing is connected
   * to one of them, people go where the port `follows` leads. Only of nodes that say by themselves where they go then.
   */
  portsFrom?: { items: From; label: string; follows?: string };
  /** The card's second line, a template over the config: `{points} points`. */
  summary?: string;
  /** What a new node starts with; defaults of the schema are added. */
  defaults?: Partial<z.input<Schema>>;
  channel?: Channel;
  /**
   * By this port people go only so often in a run as the setting `most` says, so that loops through it end. Only of nodes
   * with `lower`.
   */
  turns?: { port: NoInfer<Id>; most: keyof Config<Schema> & string };
  /** Something to read on the canvas: nobody comes by it, and it has neither ports nor a way in. */
  note?: boolean;
  /** Time passes here. */
  blocks?: boolean;
  /**
   * Where time need not pass although the node blocks, one case or several: only when the switch `when` of the config is
   * on (a path: `list[].switch` is a switch of any item), and by the ports `ports`, or by every one except `exceptPorts`.
   * A node with `run` need not wait unless it says so here with `false`. Publishing warns of loops in which nothing is
   * sure to hold people.
   */
  overAtOnce?: false | OverAtOnce<Id> | readonly OverAtOnce<Id>[];
  /** Brings runs of one person together. Publishing warns where people cannot enter again while they are in the journey. */
  joinsRuns?: true;
  /** Schema of the output of `done`: offered to later nodes. */
  output?: z.ZodType;
  /** A list in the config: the `name` of each item is in the output as well. */
  outputFrom?: keyof Config<Schema> & string;
  /** A list in the config: the properties of the events that its items name are in the output as well. */
  outputEvents?: keyof Config<Schema> & string;
  /** There is one only while this switch of the config is on. */
  outputWhen?: keyof Config<Schema> & string;
  retry?: { attempts?: number; timeoutSeconds?: number };
  /**
   * Its form has “Try it”, which calls `run` once, for real, for a sample or a chosen person, and shows what came of it. Of
   * nodes with `run` that only ask something.
   */
  trial?: true;
  /**
   * What it does may have to be undone: its form offers a path “If they leave early”, for runs that an exit criterion or
   * a member ends after it. People never leave by it while they go on.
   */
  undo?: boolean;
  /** Control nodes become engine instructions. */
  lower?: (config: Config<Schema>, context: LowerContext) => Lowered[];
  /** Entry nodes say of which kind they are, and what of their settings lets people in. Only with the category `entry`. */
  entry?: EntryOptions<Config<Schema>>;
  /** Everything else runs as an activity: with retries, time limits and an idempotency key. */
  run?: (context: RunContext<Config<Schema>>) => Awaitable<Outcome<NoInfer<PortName<Id, From>>>>;
  /**
   * Its own port `failed` is also where people leave when `run` has failed for good, or their settings came to nothing
   * usable. Without it such nodes have the port `error`, which is only there while something is connected to it.
   */
  failure?: 'failed';
  /** Called instead of `run` after a `sleep` or `waitFor`. */
  resume?: (context: RunContext<Config<Schema>>) => Awaitable<Outcome<NoInfer<PortName<Id, From>>>>;
  /** What `run` would come to, without effects: for test runs and previews. */
  simulate?: (context: SimulateContext<Config<Schema>>) => Awaitable<Outcome<NoInfer<PortName<Id, From>>>>;
};

/**
 * Defines a kind of node once: form, ports, checks and what it does. Throws when the definition cannot work.
 * The type of `config` flows into `run`, `lower`, `entry` and `simulate`.
 */
export function defineNode<
  Schema extends z.ZodType,
  const Id extends string = never,
  const From extends string | undefined = undefined,
>(options: NodeOptions<Schema, Id, From>): NodeDefinition {
  const manifest = buildManifest(options);
  const { lower, entry, run, resume, simulate } = options;
  if ((lower === undefined) === (run === undefined))
    throw new Error(`Node ${options.type}: give it either lower or run.`);
  const settle = settler(manifest);
  const sample = sampleOf(manifest);
  const asConfig = (config: JsonObject): Config<Schema> => config as Config<Schema>;
  const typed = (context: RunContext): RunContext<Config<Schema>> => ({ ...context, config: asConfig(context.config) });
  return {
    manifest,
    parse: parserOf(options.config, manifest),
    ...(lower ? { lower: (config, context) => lower(asConfig(config), context) } : {}),
    ...(entry ? { entry: (config) => ({ kind: entry.kind, ...entry.wayIn(asConfig(config)) }) as WayIn } : {}),
    ...(run
      ? { retry: { attempts: options.retry?.attempts ?? 5, timeoutSeconds: options.retry?.timeoutSeconds ?? 30 } }
      : {}),
    ...(run
      ? { run: async (context) => settle(context, await (context.resume && resume ? resume : run)(typed(context))) }
      : {}),
    ...(resume ? { resume: async (context) => settle(context, await resume(typed(context))) } : {}),
    ...(run
      ? {
          simulate: async (context) =>
            settle(
              context,
              simulate ? await simulate({ ...context, config: asConfig(context.config) }) : sample(context.config),
            ),
        }
      : {}),
  };
}

/** Checks what an author's code returned, so that a slip fails with its name instead of steering a run wrongly. */
function settler(manifest: NodeManifest): (context: SimulateContext, outcome: Outcome) => CallOutcome {
  return ({ config, now }, outcome) => {
    const name = `Node ${manifest.type} version ${manifest.version}`;
    if (typeof outcome !== 'object' || outcome === null || !('kind' in outcome))
      throw new PermanentError(
        'no-outcome',
        `${name} returned no outcome: return done(port), sleep(…), waitFor(…) or exit(…).`,
      );
    if (outcome.kind === 'done') {
      const ports: Port[] = portsOf(manifest, config);
      if (outcome.port !== 'error' && !ports.some((port) => port.id === outcome.port)) {
        throw new PermanentError(
          'unknown-port',
          `${name} left by the port “${outcome.port}”, which it does not have (${ports.map((port) => port.id).join(', ')}).`,
        );
      }
    }
    if (outcome.kind !== 'done') return settleWait(toCallOutcome(outcome, now), { name, now });
    return outcome.output === undefined ? outcome : { ...outcome, output: plainJson(outcome.output, name) };
  };
}

/** No node waits longer: what is beyond cannot be meant, and at some point is no time at all. */
const longestWaitMs = 10 * 366 * 86_400_000;

function settleWait(outcome: CallOutcome, { name, now }: { name: string; now: number }): CallOutcome {
  const fail = (code: string, problem: string): never => {
    throw new PermanentError(code, `${name} ${problem}`);
  };
  if (outcome.kind === 'done') return outcome;
  if (outcome.kind === 'exit') return { ...outcome, reason: String(outcome.reason) };
  const memo = outcome.memo === undefined ? {} : { memo: plainJson(outcome.memo, name) };
  if (outcome.kind === 'sleep') {
    if (!(Math.abs(outcome.until - now) <= longestWaitMs))
      fail('bad-time', 'wants to sleep until no valid time: it can be 10 years ahead at most.');
    return { ...outcome, ...memo };
  }
  if (outcome.kind !== 'waitFor')
    return fail('no-outcome', 'returned no outcome: return done(port), sleep(…), waitFor(…) or exit(…).');
  if (typeof outcome.event !== 'string' || outcome.event === '' || outcome.event.includes('\u0000'))
    fail('bad-wait', 'waits for an event without a name.');
  if (
    outcome.timeoutSeconds !== undefined &&
    !(outcome.timeoutSeconds >= 0 && outcome.timeoutSeconds * 1_000 <= longestWaitMs)
  )
    fail('bad-time', 'waits for no valid time: it can be 10 years at most.');
  const where = outcome.where === undefined ? undefined : rule.safeParse(outcome.where);
  if (where && !where.success) fail('bad-wait', `waits for “${outcome.event}” with a filter that is not a rule.`);
  return { ...outcome, ...memo };
}

/** The output as it will be stored: fields without a value vanish, dates become text. */
function plainJson(output: Json, name: string): Json {
  let plain: unknown;
  try {
    plain = JSON.parse(JSON.stringify(output) ?? 'null');
  } catch (error) {
    throw new PermanentError('bad-output', `${name} returned an output that is not JSON.`, { cause: error });
  }
  const checked = json.safeParse(plain);
  if (!checked.success)
    throw new PermanentError(
      'bad-output',
      `${name} returned an output that cannot be stored: it ${checked.error.issues[0]?.message ?? 'is not JSON'}.`,
    );
  return checked.data;
}
