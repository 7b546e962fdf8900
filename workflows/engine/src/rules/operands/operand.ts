import type { Fact, Json, JsonObject, Operand, OperandOf } from '@wend/contract';

/** What a rule may look at. `fact` answers leaves that only the backend knows; a missing answer is "no value". */
export type Scene = {
  property?: JsonObject | undefined;
  entry?: JsonObject | undefined;
  run?: JsonObject | undefined;
  fact?: (fact: Fact) => Json | undefined;
};

/** How an operand is answered: by what a run holds itself, or by a fact that the backend is asked for. */
export type OperandRule<Kind extends Operand['source'] = Operand['source']> =
  | {
      look: (operand: OperandOf<Kind>, scene: Scene) => Json | undefined;
      /** Known as soon as the run begins to wait: it becomes true or false in a filter that is matched elsewhere. */
      ofRun: boolean;
    }
  | {
      fact: (operand: OperandOf<Kind>) => Fact;
      /** The same with what it takes from the entry put in as constants; absent where it takes nothing. */
      bind?: (operand: OperandOf<Kind>, entry: JsonObject | undefined) => OperandOf<Kind>;
      /** Paths of what it takes from the entry. */
      entryPaths?: (operand: OperandOf<Kind>) => string[];
    };
