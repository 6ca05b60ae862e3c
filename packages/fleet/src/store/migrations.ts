/**
 * The tables, as steps that are taken once each, in order. A step that was published never changes.
 * The row of a member is the truth of a rollout after the device's own journal; a job only wakes a station.
 */
export const migrations: readonly string[] = [
  `
  create table station (
    name text primary key,
    beat timestamptz not null,
    instance uuid not null,
    parallel int not null
  );
  create table device (
    name text primary key,
    host text not null unique,
    mac text unique,
    station text not null,
    profile text,
    tags text[] not null,
    uplink text,
    identity text[],
    build text,
    seen_at timestamptz,
    quarantined_at timestamptz,
    quarantine_code text,
    quarantine_reason text
  );
  create index on device using gin (identity);
  create table rollout (
    id int generated always as identity primary key,
    name text not null,
    state text not null check (state in ('running', 'paused', 'stopped', 'done')),
    why text not null default '',
    plan jsonb not null,
    digest text not null,
    pins jsonb not null,
    created_at timestamptz not null default now(),
    counted_from bigint not null default 0
  );
  -- Devices end in the order of these numbers: a clock may be set back.
  create sequence ending;
  create table rollout_group (
    rollout int not null references rollout on delete cascade,
    n int not null,
    name text not null,
    gate_passed bool not null default false,
    primary key (rollout, n)
  );
  create table member (
    rollout int not null references rollout on delete cascade,
    device text not null references device,
    n int not null,
    place int not null,
    profile text not null,
    state text not null default 'waiting' check (state in
      ('waiting', 'queued', 'preparing', 'writing', 'confirming', 'done', 'failed', 'refused', 'offline')),
    job uuid,
    attempt int not null default 0,
    touched bool not null default false,
    tries int not null default 0,
    resting bool not null default false,
    offline_since timestamptz,
    exit int,
    code text,
    message text,
    bytes bigint,
    sha256 text,
    started_at timestamptz,
    ended_at timestamptz,
    ended_no bigint,
    primary key (rollout, device)
  );
  create index on member (rollout, n, place) where state = 'waiting';
  create index on member (rollout, ended_no) where ended_no is not null;
  -- A device is in one open rollout at a time.
  create unique index on member (device) where state in ('queued', 'preparing', 'writing', 'confirming');
  `,
  'alter table device add column rescue text, add column power jsonb',
  `
  -- How far a device is that is worked on: for people, written anew each second, and worth nothing after a crash.
  create unlogged table progress (
    rollout int not null,
    device text not null,
    phase text not null,
    done bigint,
    total bigint,
    rate float8,
    at timestamptz not null,
    primary key (rollout, device),
    foreign key (rollout, device) references member on delete cascade
  );
  create table wear (
    device text not null references device on delete cascade,
    medium text not null,
    at timestamptz not null,
    mean float8 not null,
    highest float8 not null,
    primary key (device, medium, at)
  );
  `,
];
