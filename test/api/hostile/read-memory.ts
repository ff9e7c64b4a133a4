/** The memory of the process behind the api, as its metrics tell it. */
export async function readMemory(apiUrl: string): Promise<{ heapMiB: number; rssMiB: number }> {
  const text = await (await fetch(`${apiUrl}/metrics`)).text();
  const figure = (name: string) => {
    const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "m").exec(text)?.[1];
    if (found === undefined) throw new Error(`the metrics have no ${name}`);
    return Number(found) / 2 ** 20;
  };
  return {
    heapMiB: figure("nodejs_heap_size_used_bytes"),
    rssMiB: figure("process_resident_memory_bytes"),
  };
}
