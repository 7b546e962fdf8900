import type { Candidate, Entered, EnrollingRepository } from '../src/enrollments/enrolling.repository.js';

/** Those of the candidates who come in. */
export async function enteredBy<Given extends Candidate>(
  enrolling: EnrollingRepository,
  candidates: Given[],
): Promise<(Given & Candidate & Entered)[]> {
  const decisions = await enrolling.enrol(candidates);
  return decisions.flatMap((each) => ('entered' in each ? [{ ...each.candidate, ...each.entered }] : []));
}
