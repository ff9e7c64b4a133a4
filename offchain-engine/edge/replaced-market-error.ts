import { CoreAssertionError } from "../core/assert.ts";

/** After a reorganisation another market has the number of one in which orders had met. */
export class ReplacedMarketError extends CoreAssertionError {
  override name = "ReplacedMarketError";
  readonly marketId: number;

  constructor(marketId: number) {
    super("a market keeps its number once orders have met in it");
    this.marketId = marketId;
  }
}
