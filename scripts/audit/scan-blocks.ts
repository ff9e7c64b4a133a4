const FIRST_WINDOW = 1_000;
const LARGEST_WINDOW = 16_000;

/**
 * Reads a range of blocks in windows, in order: larger ones as long as the node takes them, smaller ones
 * when it refuses.
 * @throws what `read` throws for a single block.
 */
export async function* scanBlocks<Item>(
  fromBlock: number,
  toBlock: number,
  read: (fromBlock: number, toBlock: number) => Promise<Item[]>,
): AsyncGenerator<Item> {
  let size = FIRST_WINDOW;
  let from = fromBlock;
  while (from <= toBlock) {
    const to = Math.min(toBlock, from + size - 1);
    let items: Item[];
    try {
      items = await read(from, to);
    } catch (error) {
      if (size === 1) throw error;
      size = Math.ceil(size / 8);
      continue;
    }
    yield* items;
    from = to + 1;
    size = Math.min(LARGEST_WINDOW, size * 2);
  }
}
