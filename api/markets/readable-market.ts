import type { MarketView } from "../../protocol/engine/view.ts";

/**
 * Whoever may create markets on chain writes their texts, past this api. What would show otherwise than it is
 * (control characters, marks that turn the direction of text or hide in it, half characters) shows as `\uFFFD`.
 */
const DECEIVING =
  /[^\P{Cc}\n]|[\u061C\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|\p{Cs}/gu;

/** The text with what deceives replaced. */
export function readableText(text: string): string {
  return text.replace(DECEIVING, "\uFFFD");
}

/** The market with texts that show as they are. */
export function readableMarket(market: MarketView): MarketView {
  return {
    ...market,
    slug: readableText(market.slug),
    question: readableText(market.question),
    rules: readableText(market.rules),
    category: readableText(market.category),
  };
}
