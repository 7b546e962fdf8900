import type { Product } from './products';

/** A line drawing of each product, in the colour of its surroundings. */
const drawings: Record<Product['id'], string> = {
  'wall-planner-a1': 'M14 14h36v40H14zM14 24h36M24 10v8M40 10v8M26 24v30M38 24v30M14 34h36M14 44h36',
  'desk-planner': 'M10 18h44v32H10zM32 18v32M16 26h10M16 32h10M16 38h7M38 26h10M38 32h10M38 38h7M14 50v4h36v-4',
  'sticky-dates': 'M14 18h30v30H30L14 48zM44 18l6 6v28H22l-2-4M22 28h14M22 35h9',
  'team-board': 'M10 12h44v32H10zM18 44l-4 10M46 44l4 10M18 20h8v8h-8zM30 22h16M30 28h11M18 36h22',
  'pen-set': 'M20 52V20l3-8 3 8v32zM31 52V20l3-8 3 8v32zM42 52V20l3-8 3 8v32zM20 26h6M31 26h6M42 26h6',
  'project-binder': 'M16 12h34v42H16zM24 12v42M32 22h12M32 29h12M16 20h-4M16 32h-4M16 44h-4',
};

export function ProductArt({ id }: { id: Product['id'] }) {
  return (
    <svg viewBox="0 0 64 64" className="size-24" fill="none" stroke="currentColor" strokeWidth="1.75" aria-hidden>
      <path d={drawings[id]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
