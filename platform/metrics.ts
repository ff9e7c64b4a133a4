import { strict as assert } from "node:assert";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** From half a millisecond to ten seconds. */
const DEFAULT_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

interface MetricOptions {
  name: string;
  help: string;
  labels?: readonly string[];
}

export interface Metrics {
  registry: Registry;
  /** A counter; its name ends in `_total`. */
  counter(options: MetricOptions): Counter;
  /** A gauge in a base unit (seconds, bytes, micro of collateral) or a plain count; `collect` sets it when it is read. */
  gauge(options: MetricOptions & { collect?: (gauge: Gauge) => void }): Gauge;
  /** A histogram; its name ends in the base unit, `_seconds` or `_bytes`, or in a plural noun. */
  histogram(options: MetricOptions & { buckets?: number[] }): Histogram;
  /** The exposition text for `/metrics`, with its content type. */
  expose(): Promise<{ contentType: string; body: string }>;
}

/** Prometheus names: snake case and base units, so that dashboards never convert. */
function checkName(name: string): void {
  assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, `metric name ${name}`);
  assert.doesNotMatch(
    name,
    /_(ms|millis|milliseconds|minutes|kb|kilobytes)(_|$)/,
    `base unit: ${name}`,
  );
}

/** One service's registry, with the process's own metrics in it; `service` labels every series. */
export function createMetrics(options: { service: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const common = ({ name, help, labels = [] }: MetricOptions) => {
    checkName(name);
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  return {
    registry,
    counter(metric) {
      assert.match(metric.name, /_total$/, `counter ${metric.name} ends in _total`);
      return new Counter(common(metric));
    },
    gauge({ collect, ...metric }) {
      const options = common(metric);
      if (!collect) return new Gauge(options);
      return new Gauge({
        ...options,
        collect() {
          collect(this);
        },
      });
    },
    histogram: (metric) =>
      new Histogram({ ...common(metric), buckets: metric.buckets ?? DEFAULT_SECONDS }),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
