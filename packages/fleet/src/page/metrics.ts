import { Counter, Gauge, Registry } from 'prom-client';
import type { Store } from '../store/store.js';

/** Rollouts that are told of: the latest ones, so that old ones do not make the answer ever longer. */
const late = 'rollout in (select id from rollout order by id desc limit 20)';

/** What is asked for: name → what it is, and the statement that gives its labels and its value. */
const asked: Record<string, { help: string; labels: string[]; query: string }> = {
  levitate_members: {
    help: 'Devices of a rollout, by their state.',
    labels: ['rollout', 'name', 'state'],
    query: `select m.rollout::text as rollout, r.name, case when m.resting then 'resting' else m.state end as state,
      count(*)::float8 as value from member m join rollout r on r.id = m.rollout where m.${late} group by 1, 2, 3`,
  },
  levitate_deploy_seconds: {
    help: 'How long deploys of a rollout took that ended well, from beginning to end: median and 95th percentile.',
    labels: ['rollout', 'quantile'],
    query: `select rollout::text as rollout, quantile, percentile_cont(quantile::float8) within group
        (order by extract(epoch from ended_at - started_at)) as value
      from member, unnest(array['0.5', '0.95']) quantile where state = 'done' and ${late} group by 1, 2`,
  },
  levitate_bytes_total: {
    help: 'Bytes that were sent to devices of a rollout that are done.',
    labels: ['rollout'],
    query: `select rollout::text as rollout, coalesce(sum(bytes), 0)::float8 as value from member where ${late} group by 1`,
  },
  levitate_station_beat_seconds: {
    help: 'Seconds since a station has last said that it runs.',
    labels: ['station'],
    query: 'select name as station, extract(epoch from now() - beat)::float8 as value from station',
  },
  levitate_quarantined: {
    help: 'Devices that no rollout goes to until a person has looked.',
    labels: [],
    query: 'select count(*)::float8 as value from device where quarantined_at is not null',
  },
};

/**
 * What Prometheus reads.
 * @returns the media type, and what gives the text, which throws what the database says
 */
export function metricsOf(store: Store): { type: string; text: () => Promise<string> } {
  const registry = new Registry();
  for (const [name, { help, labels, query }] of Object.entries(asked)) {
    const Metric = name.endsWith('_total') ? Counter : Gauge;
    const metric: Counter | Gauge = new Metric({
      ...{ name, help, labelNames: labels, registers: [registry] },
      collect: async () => {
        const rows = await store.rows<{ value: number } & Record<string, string>>(query);
        metric.reset();
        for (const { value, ...about } of rows) metric.inc(about, value);
      },
    });
  }
  return { type: registry.contentType, text: () => registry.metrics() };
}
