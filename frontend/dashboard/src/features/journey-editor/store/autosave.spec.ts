import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { moveNodes } from './actions';
import { createAutosave } from './autosave';
import type { SaveDraft } from './autosave';
import { sampleStore } from './editor.fixture';

vi.mock('@/lib/api-client', () => {
  class ApiProblem extends Error {
    constructor(readonly problem: { status: number }) {
      super('problem');
    }
    get status() {
      return this.problem.status;
    }
  }
  return { ApiProblem, call: vi.fn(), errorMessage: (error: Error) => error.message };
});
const { ApiProblem } = (await import('@/lib/api-client')) as unknown as {
  ApiProblem: new (problem: { status: number }) => Error;
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(save: SaveDraft) {
  const store = sampleStore();
  const autosave = createAutosave({ store, save });
  const move = (x: number) => moveNodes({ store, positions: { wait: { x, y: 152 } } });
  return { store, autosave, move };
}

describe('autosave', () => {
  it('saves once after the last of several changes, with the revision it knows', async () => {
    const save = vi.fn<SaveDraft>(async () => ({ revision: 4 }));
    const { store, move } = setUp(save);
    move(8);
    move(16);
    expect(store.getState().saveState).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(700);
    expect(save).toHaveBeenCalledTimes(1);
    expect(save.mock.calls[0]?.[0]).toMatchObject({ revision: 3 });
    expect(store.getState()).toMatchObject({ saveState: 'saved', revision: 4 });
  });

  it('never sends two requests at once: what changed meanwhile goes after, on the new revision', async () => {
    const answers: ((answer: { revision: number }) => void)[] = [];
    const save = vi.fn<SaveDraft>(
      () =>
        new Promise((resolve) => {
          answers.push(resolve);
        }),
    );
    const { store, move } = setUp(save);
    move(8);
    await vi.advanceTimersByTimeAsync(700);
    move(16);
    await vi.advanceTimersByTimeAsync(700);
    expect(save).toHaveBeenCalledTimes(1);
    answers[0]?.({ revision: 4 });
    await vi.advanceTimersByTimeAsync(1);
    expect(save).toHaveBeenCalledTimes(2);
    expect(save.mock.calls[1]?.[0].revision).toBe(4);
    answers[1]?.({ revision: 5 });
    await vi.advanceTimersByTimeAsync(1);
    expect(store.getState()).toMatchObject({ saveState: 'saved', revision: 5 });
  });

  it('stops at a conflict until the person has chosen', async () => {
    const save = vi.fn<SaveDraft>(async () => {
      throw new ApiProblem({ status: 409 });
    });
    const { store, autosave, move } = setUp(save);
    move(8);
    await vi.advanceTimersByTimeAsync(700);
    move(16);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(1);
    expect(store.getState().saveState).toBe('conflict');
    expect(await autosave.flush()).toBe(false);
  });

  it.each([0, 500, 503, 429, 400, 401, 403, 404, 413, 422])(
    'tells a failure with %s, keeps the changes and tries again until it is saved',
    async (status) => {
      let answers = status;
      const save = vi.fn<SaveDraft>(async () => {
        if (answers === 200) return { revision: 4 };
        throw new ApiProblem({ status: answers });
      });
      const { store, move } = setUp(save);
      move(8);
      await vi.advanceTimersByTimeAsync(700);
      expect(store.getState()).toMatchObject({
        saveState: 'error',
        saveError: expect.objectContaining({ message: 'problem' }),
      });
      await vi.advanceTimersByTimeAsync(600_000);
      expect(save.mock.calls.length).toBeGreaterThan(10);
      expect(save.mock.calls.length).toBeLessThan(40);
      answers = 200;
      await vi.advanceTimersByTimeAsync(31_000);
      expect(store.getState()).toMatchObject({ saveState: 'saved', saveError: null, revision: 4 });
    },
  );

  it('tries at once what was refused when it is changed', async () => {
    const save = vi.fn<SaveDraft>(async ({ graph }) => {
      if (graph.nodes['wait']?.position.x === 8) throw new ApiProblem({ status: 400 });
      return { revision: 4 };
    });
    const { store, move } = setUp(save);
    move(8);
    await vi.advanceTimersByTimeAsync(700);
    move(16);
    await vi.advanceTimersByTimeAsync(700);
    expect(store.getState().saveState).toBe('saved');
  });
});
