import { programFormat } from './format.js';
import {
  decimalOf,
  exitEventOf,
  filtersOf,
  inEntryOrder,
  messageClassOf,
  nodeKey,
  operators,
  pathKeys,
  scoping,
  undoPort,
  withFilter,
} from '@wend/contract/values';
import type {
  CompilableNode,
  Entry,
  Fact,
  Graph,
  GraphNode,
  Instruction,
  Issue,
  Json,
  Lowered,
  Program,
  Rule,
  Target,
} from '@wend/contract';
import { comparesOf, entryPathsOf } from './evaluate.js';
import { factKey, leftFact } from './fact.js';
import { needsFrom } from './formats/3/needs.js';
import { opOf } from './formats/3/ops/index.js';
import { armsOf, rulesOf, withRules } from './instructions.js';
import { resultReads } from './result-reads.js';
import { keepingArms } from './spans.js';

/** `entries`: how people come in, in the order in which an event is held against them. */
export type Compiled = { ok: true; program: Program; entries: Entry[] } | { ok: false; issues: Issue[] };

type CompileOptions = {
  graph: Graph;
  definitions: ReadonlyMap<string, CompilableNode>;
  /** The program of the version before it: random splits keep people on their paths as far as their shares allow. */
  previous?: Program | undefined;
};

/**
 * Compiles a graph into a program. `definitions` are keyed by `type@version`. The graph should have passed `validate`;
 * what would still make a wrong program (no entry, unknown types, bad configurations, filters that cannot be answered)
 * comes back as issues.
 */
export function compile({ graph, definitions, previous }: CompileOptions): Compiled {
  const compiler = new Compiler(graph, definitions, previous);
  return compiler.run();
}

class Compiler {
  private readonly issues: Issue[] = [];
  private readonly facts: Fact[] = [];
  private readonly factIndex = new Map<string, number>();
  private readonly instructions: Instruction[] = [];
  private readonly starts = new Map<string, number>();
  private readonly pending: { target: Target; node: string }[] = [];
  /** The lines that leave a node. */
  private readonly linesFrom: ReadonlyMap<string, Graph['edges']>;
  /** What settings mean where the step is. They are read as they were drawn: what they mean there may be longer. */
  private readonly scope: ReturnType<typeof scoping>;

  constructor(
    private readonly graph: Graph,
    private readonly definitions: ReadonlyMap<string, CompilableNode>,
    private readonly previous: Program | undefined,
  ) {
    const lines = new Map<string, Graph['edges']>();
    for (const edge of graph.edges) lines.set(edge.from, [...(lines.get(edge.from) ?? []), edge]);
    this.linesFrom = lines;
    this.scope = scoping(Object.keys(graph.nodes));
  }

  run(): Compiled {
    const entries = this.entryNodes();
    if (entries.length === 0)
      return {
        ok: false,
        issues: [
          {
            code: 'no-entry',
            severity: 'error',
            message: 'The journey has no entry: nobody could come in.',
            hint: 'Add an entry.',
          },
        ],
      };
    this.checkWaysOut();
    for (const node of this.reachableFrom(entries.map(({ id }) => id))) this.lowerNode(node);
    for (const { target, node } of this.pending) target.pc = this.starts.get(node) ?? -1;
    const exits = this.graph.settings.exitCriteria.map((criterion) => {
      const { event, where } = exitEventOf(criterion);
      return { id: criterion.id, event, ...(where ? { where: typed(where) } : {}) };
    });
    for (const exit of exits) if (exit.where) this.checkFilter(exit.where);
    if (this.issues.length > 0) return { ok: false, issues: this.issues };

    this.keepWhatIsRead();
    for (const instruction of this.instructions)
      for (const fact of opOf(instruction)?.facts?.(instruction, { facts: this.facts }) ?? []) this.register(fact);
    const waysIn = entries.map((node) => this.wayInOf(node));
    if (this.issues.length > 0) return { ok: false, issues: this.issues };
    const undo = this.undoOf();
    const names = Object.fromEntries([...this.starts.keys()].map((id) => [id, this.graph.nodes[id]?.name ?? id]));
    const paths = this.pathsRead(exits);
    const program: Program = {
      format: programFormat,
      instructions: this.instructions.map((each) => (each.op === 'split' ? keepingArms(each, this.previous) : each)),
      facts: this.facts,
      firstReads: [],
      exits,
      ...(undo ? { undo } : {}),
      names,
      ...paths,
    };
    program.firstReads = needsFrom(program, 0);
    if (entries.length > 1)
      program.entries = entries.map(({ id: node }) => {
        const pc = this.starts.get(node) ?? -1;
        return { node, pc, reads: needsFrom(program, pc) };
      });
    return { ok: true, program, entries: waysIn };
  }

  /**
   * Of what a wait came to only what something reads is kept: it travels in signals and stays with the run. Code of
   * third parties is shown all results, and nobody knows what it reads.
   */
  private keepWhatIsRead(): void {
    const nodes = [...this.starts.keys()].flatMap((id) => this.graph.nodes[id] ?? []);
    const reads = resultReads([
      ...nodes.map(({ id, config }) => this.scope(id, config)),
      ...(this.graph.settings.exitCriteria as Json[]),
    ]);
    const isShown = reads.everything || nodes.some((node) => isForeign(node, this.definitionOf(node)));
    for (const instruction of this.instructions) {
      if (instruction.op !== 'waitFor' || !instruction.result) continue;
      const paths = reads.of.get(instruction.node);
      if (isShown || reads.all.has(instruction.node)) continue;
      if (!paths) delete instruction.result;
      // Events that came together are a list, of which anything may be read.
      else if (![...paths].some((path) => pathKeys(path)[0] === 'events'))
        instruction.result = { paths: [...paths].filter((path) => !ownNames.has(path)).sort() };
    }
  }

  /** Where what undoes the steps begins; null where no step names anything. */
  private undoOf(): Program['undo'] | null {
    const found = [...this.starts.keys()].flatMap((id) => {
      const node = this.graph.nodes[id];
      const isOn = node && this.definitionOf(node)?.manifest.undo && node.config[undoPort.when] === true;
      const to = this.lines(id).find(({ port }) => port === undoPort.id)?.to;
      const pc = to === undefined ? undefined : this.starts.get(to);
      return isOn && pc !== undefined ? [[id, pc] as const] : [];
    });
    return found.length === 0 ? null : Object.fromEntries(found);
  }

  private lines(from: string): Graph['edges'] {
    return this.linesFrom.get(from) ?? [];
  }

  private definitionOf(node: GraphNode): CompilableNode | undefined {
    return this.definitions.get(nodeKey(node));
  }

  private entryNodes(): GraphNode[] {
    return inEntryOrder(Object.values(this.graph.nodes).filter((node) => this.definitionOf(node)?.manifest.entry));
  }

  /** The node was lowered before, so its settings are right. */
  private wayInOf(node: GraphNode): Entry {
    const definition = this.definitionOf(node);
    const parsed = definition?.parse(node.config);
    const found = definition?.entry?.(parsed?.ok ? parsed.config : node.config);
    if (!found) throw new Error(`The node type ${node.type} is an entry and does not say how people come in.`);
    if (found.where) this.checkFilter(found.where, node.id);
    return {
      node: node.id,
      ...found,
      ...(found.where ? { where: typed(found.where) } : {}),
      ...(found.audience ? { audience: typed(found.audience) } : {}),
    };
  }

  /** A port leads to one place: of two edges a program would take one, and nothing says which. */
  private checkWaysOut(): void {
    const taken = new Set<string>();
    for (const { id, from, port } of this.graph.edges) {
      const way = `${from} ${port}`;
      if (taken.has(way)) {
        const message = `Two lines leave “${this.graph.nodes[from]?.name ?? from}” on the path “${port}”. Each path can lead to only one step.`;
        this.issues.push({
          code: 'port-with-two-edges',
          severity: 'error',
          nodeId: from,
          edgeId: id,
          message,
          hint: 'Remove one of the lines.',
        });
      }
      taken.add(way);
    }
  }

  /** Breadth first, so that what comes first stands first in the program. */
  private reachableFrom(starts: readonly string[]): GraphNode[] {
    const seen = new Set(starts);
    const queue = [...starts];
    const found: GraphNode[] = [];
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const node = this.graph.nodes[id];
      if (!node) continue;
      found.push(node);
      for (const edge of this.lines(id)) {
        if (seen.has(edge.to)) continue;
        seen.add(edge.to);
        queue.push(edge.to);
      }
    }
    return found;
  }

  private lowerNode(node: GraphNode): void {
    const definition = this.definitionOf(node);
    if (!definition) {
      this.issues.push({
        code: 'unknown-node-type',
        severity: 'error',
        nodeId: node.id,
        message: `The node type ${node.type} version ${node.version} is not loaded.`,
        hint: 'Load its package, or replace the node.',
      });
      return;
    }
    const parsed = definition.parse(node.config);
    if (!parsed.ok) {
      for (const problem of parsed.problems)
        this.issues.push({
          code: 'invalid-config',
          severity: 'error',
          nodeId: node.id,
          path: problem.path,
          message: problem.message,
        });
      return;
    }
    const config = this.scope(node.id, parsed.config);
    this.starts.set(node.id, this.instructions.length);
    const to = (port: string): Target => this.targetOf(node.id, port);
    const lowered = definition.lower
      ? definition.lower(config, { nodeId: node.id, to, fact: (fact) => this.register(fact) })
      : [this.lowerCall(node, definition, to)];
    const transactional = messageClassOf(node.config) === 'transactional';
    for (const [index, each] of lowered.map((one) => withRules(one, (rule) => typed(rule))).entries()) {
      for (const rule of rulesOf(each)) this.checkRule({ ...rule, nodeId: node.id });
      this.instructions.push({
        node: node.id,
        ...(index === 0 ? { enter: true } : {}),
        ...each,
        ...(each.op === 'send' && each.stay ? { queued: { ...each.queued, pc: this.instructions.length + 1 } } : {}),
        ...(each.op === 'send' && transactional ? { messageClass: 'transactional' } : {}),
      } as Instruction);
    }
  }

  private lowerCall(node: GraphNode, definition: CompilableNode, to: (port: string) => Target): Lowered {
    const { ports: own, failure } = definition.manifest;
    // A line by `error` that was drawn before the node had a port of its own for this keeps its people.
    const hasError = this.lines(node.id).some(({ port }) => port === 'error');
    const ports = [...own.fixed.flatMap(({ id }) => (id === undoPort.id ? [] : [id])), ...(hasError ? ['error'] : [])];
    const retry = definition.retry ?? { attempts: 5, timeoutSeconds: 30 };
    return {
      op: 'call',
      activity: `node.${node.type}.v${node.version}`,
      targets: [...new Set(ports)].map(to),
      ...retry,
      ...(failure === undefined || hasError ? {} : { failure }),
    };
  }

  private targetOf(from: string, port: string): Target {
    const target: Target = { port, pc: -1 };
    const edge = this.edgeFrom(from, port);
    if (edge) this.pending.push({ target, node: edge.to });
    return target;
  }

  /** The line that leaves by a port, or by the one that it follows while nothing is connected to it. */
  private edgeFrom(from: string, port: string): Graph['edges'][number] | undefined {
    const own = this.lines(from).find((each) => each.port === port);
    const node = this.graph.nodes[from];
    const follows =
      own || !node
        ? undefined
        : this.definitionOf(node)?.manifest.ports.fixed.find((each) => each.id === port)?.follows;
    return follows === undefined ? own : this.lines(from).find((each) => each.port === follows);
  }

  private register(fact: Fact): number {
    const key = factKey(fact);
    const known = this.factIndex.get(key);
    if (known !== undefined) return known;
    this.factIndex.set(key, this.facts.length);
    return this.facts.push(fact) - 1;
  }

  private checkRule({ rule, nodeId, filter }: { rule: Rule; nodeId: string; filter: boolean }): void {
    if (filter) return this.checkFilter(rule, nodeId);
    for (const compare of comparesOf(rule)) {
      for (const inner of filtersOf(compare.left)) this.checkFilter(inner, nodeId);
    }
    this.registerLeaves(rule);
  }

  private registerLeaves(rule: Rule): void {
    if (rule.op === 'compare') {
      const fact = leftFact(rule);
      if (fact) this.register(fact);
    } else for (const each of rule.op === 'not' ? [rule.rule] : rule.rules) this.registerLeaves(each);
  }

  /** A filter is matched where only the event and the run's own values are known. */
  private checkFilter(rule: Rule, nodeId?: string): void {
    for (const compare of comparesOf(rule)) {
      if (leftFact(compare) === null) continue;
      this.issues.push({
        code: 'filter-looks-outside',
        severity: 'error',
        ...(nodeId ? { nodeId } : {}),
        message: 'A filter of an event can only look at the event and at the event that began the run.',
        hint: 'Put conditions on the person into a branch after it.',
      });
    }
  }

  private pathsRead(exits: Program['exits']): Pick<Program, 'entryPaths' | 'eventPaths'> {
    const entry = new Set<string>();
    const events = new Map<string, Set<string>>();
    const note = (rule: Rule | undefined, event?: string): void => {
      for (const compare of rule ? comparesOf(rule) : []) {
        const { left } = compare;
        if (left.source === 'entry') entry.add(left.path);
        for (const path of entryPathsOf(compare)) entry.add(path);
        if (left.source === 'property' && event) events.set(event, (events.get(event) ?? new Set()).add(left.path));
      }
    };
    for (const instruction of this.instructions) {
      for (const { rule, filter } of rulesOf(instruction)) if (!filter) note(rule);
      const kept = instruction.op === 'waitFor' ? (instruction.result?.paths ?? []) : [];
      for (const arm of armsOf(instruction)) {
        note(arm.where, arm.event);
        for (const path of [...(arm.keep ? [arm.keep] : []), ...kept])
          events.set(arm.event, (events.get(arm.event) ?? new Set()).add(path));
      }
    }
    for (const exit of exits) note(exit.where, exit.event);
    // Its name says more in a replay than its id, by which it is matched.
    for (const criterion of this.graph.settings.exitCriteria)
      if (criterion.kind === 'segment') events.get(exitEventOf(criterion).event)?.add('segmentName');
    for (const fact of this.facts)
      if (fact.kind === 'when' && fact.time.kind === 'date' && fact.time.of.source === 'entry')
        entry.add(fact.time.of.path);
    return {
      entryPaths: [...entry].sort(),
      eventPaths: Object.fromEntries([...events].map(([event, paths]) => [event, [...paths].sort()])),
    };
  }
}

/** What a wait's result says itself. */
const ownNames = new Set(['event', 'time', 'count', 'leftOut']);

function isForeign({ type }: GraphNode, definition: CompilableNode | undefined): boolean {
  return definition?.manifest.custom === true && !type.startsWith('wend/');
}

/**
 * What a rule asks in the type that its comparison is of: what text starts with is text, also where it was written as a
 * number, and a phone number that came as a number is its digits. Said here, and not in `evaluate`, so that runs of
 * stored programs go on as they did; whoever asks a rule that is not compiled (a segment's) says it first.
 */
export function typed(rule: Rule): Rule {
  if (rule.op === 'not') return { op: 'not', rule: typed(rule.rule) };
  if (rule.op !== 'compare') return { op: rule.op, rules: rule.rules.map(typed) };
  const left = withFilter(rule.left, typed);
  const { digits } = operators[rule.is];
  return {
    ...rule,
    left,
    ...(digits === 'both' && typeof rule.value === 'number' ? { value: decimalOf(rule.value) } : {}),
    ...(digits ? { numbersAsText: true } : {}),
  };
}
