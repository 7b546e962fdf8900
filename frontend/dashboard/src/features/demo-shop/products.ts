/** What the shop sells: the names are texts, the rest goes into events as it is. */
export const products = [
  { id: 'wall-planner-a1', price: 24.5, look: 'entry' },
  { id: 'desk-planner', price: 18, look: 'message' },
  { id: 'sticky-dates', price: 9.9, look: 'timing' },
  { id: 'team-board', price: 79, look: 'action' },
  { id: 'pen-set', price: 14.5, look: 'decision' },
  { id: 'project-binder', price: 22, look: 'exit' },
] as const;
export type Product = (typeof products)[number];
export const currency = 'EUR';

/** What lies in the cart: how many of each. */
export type Cart = Partial<Record<Product['id'], number>>;

/** Products of the cart in the shop's order, with how many. */
export function linesOf(cart: Cart): { product: Product; quantity: number }[] {
  return products.flatMap((product) => {
    const quantity = cart[product.id] ?? 0;
    return quantity > 0 ? [{ product, quantity }] : [];
  });
}

/** In the currency of the shop, to the cent. */
export function totalOf(cart: Cart): number {
  const cents = linesOf(cart).reduce(
    (sum, { product, quantity }) => sum + Math.round(product.price * 100) * quantity,
    0,
  );
  return cents / 100;
}
