/** No transaction may ask for more (EIP-7825). */
export const MAX_TRANSACTION_GAS = 16_777_216;

const TRANSACTION_GAS = 150_000;
/** Every slot that an order touches is fresh: its lane, its account's cash, its account's shares. */
const ORDER_GAS = 80_000;
const FILL_GAS = 8_000;

/**
 * More gas than a batch of so many orders and fills can use, rounded up. What is not used is not paid,
 * so the limit of a transaction can be this rather than an estimate that the next block belies.
 */
export function gasBoundUp(orders: number, fills: number): number {
  return TRANSACTION_GAS + orders * ORDER_GAS + fills * FILL_GAS;
}
