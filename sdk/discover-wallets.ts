import type { EIP1193Provider } from "viem";

/** A wallet as it announces itself (EIP-6963); `provider` is what `connect` takes as a signer. */
export interface AnnouncedWallet {
  info: {
    /** Of this announcement, for as long as the page lives. */
    uuid: string;
    name: string;
    /** A data URI. Shown as an image only: it may be an SVG with scripts. */
    icon: string;
    /** Of the wallet, in reverse DNS, for example `io.metamask`. */
    rdns: string;
  };
  provider: Pick<EIP1193Provider, "request">;
}

/** A page that announces without end must not grow the list without end. */
const MAX_WALLETS = 64;

function isWallet(value: unknown): value is AnnouncedWallet {
  const { info, provider } = (value ?? {}) as Partial<AnnouncedWallet>;
  return typeof info?.uuid === "string" && typeof provider?.request === "function";
}

/**
 * Calls back with all of the browser's wallets each time that one announces itself, at once and whenever
 * one appears later; gives the way to stop. `page` is the window.
 */
export function discoverWallets(
  onChange: (wallets: AnnouncedWallet[]) => void,
  page: EventTarget = globalThis as unknown as EventTarget,
): () => void {
  const wallets = new Map<string, AnnouncedWallet>();
  const announced = (event: Event) => {
    const wallet = (event as CustomEvent<unknown>).detail;
    if (!isWallet(wallet) || wallets.has(wallet.info.uuid) || wallets.size >= MAX_WALLETS) return;
    wallets.set(wallet.info.uuid, wallet);
    onChange([...wallets.values()]);
  };
  page.addEventListener("eip6963:announceProvider", announced);
  page.dispatchEvent(new Event("eip6963:requestProvider"));
  return () => page.removeEventListener("eip6963:announceProvider", announced);
}
