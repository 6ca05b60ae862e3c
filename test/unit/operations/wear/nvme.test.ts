import { describe, expect, it } from 'vitest';
import { nvmeWear } from '../../../../src/operations/wear/nvme.js';

const wear = {
  percentageUsed: 12,
  spare: 98,
  spareThreshold: 10,
  mediaErrors: 3,
  criticalWarning: 0,
};

describe('nvmeWear', () => {
  it('reads what smartctl prints', () => {
    const log = {
      critical_warning: 0,
      temperature: 35,
      available_spare: 98,
      available_spare_threshold: 10,
      percentage_used: 12,
      media_errors: 3,
    };
    const printed = { smartctl: { exit_status: 0 }, nvme_smart_health_information_log: log };
    expect(nvmeWear(JSON.stringify(printed))).toEqual(wear);
  });

  it('reads what nvme-cli prints, with explanations and without', () => {
    const log = { avail_spare: 98, spare_thresh: 10, percent_used: 12, media_errors: '3' };
    expect(nvmeWear(JSON.stringify({ critical_warning: 0, ...log }))).toEqual(wear);
    const explained = { value: 0, available_spare: 0 };
    expect(nvmeWear(JSON.stringify({ critical_warning: explained, ...log }))).toEqual(wear);
  });

  it.each([
    'sh: smartctl: not found',
    '',
    'null',
    '7',
    '[]',
    '{"smartctl":{"exit_status":2}}',
    '{"percentage_used":"lots","media_errors":-1,"available_spare":null}',
  ])('has nothing of %s', (printed) => {
    expect(nvmeWear(printed)).toBeUndefined();
  });
});
