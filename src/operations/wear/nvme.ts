/** What an NVMe tells of its wear (NVM Express Base Specification, SMART / Health Information); a field that it lacks is absent. */
export interface NvmeWear {
  /** How much of its life time is used, in per cent; it may be more than 100. */
  percentageUsed?: number;
  /** How much of the spare capacity is left, in per cent. */
  spare?: number;
  /** The spare capacity in per cent below which the NVMe warns. */
  spareThreshold?: number;
  /** How often data could not be read or written whole. */
  mediaErrors?: number;
  /** The bits of its critical warnings; 0 is none. */
  criticalWarning?: number;
}

/** The names that smartctl and nvme-cli give to a field. */
const names: Record<keyof NvmeWear, readonly string[]> = {
  percentageUsed: ['percentage_used', 'percent_used'],
  spare: ['available_spare', 'avail_spare'],
  spareThreshold: ['available_spare_threshold', 'spare_thresh'],
  mediaErrors: ['media_errors'],
  criticalWarning: ['critical_warning'],
};

/**
 * Reads the SMART log that `smartctl -j -A`, `nvme smart-log -o json` or the helper has printed. Pure.
 * @returns nothing where that is no such log, such as an error
 */
export function nvmeWear(printed: string): NvmeWear | undefined {
  const log = logIn(printed);
  const found = Object.entries(names).flatMap(([field, words]) => {
    const value = words.map((word) => numberIn(log?.[word])).find((one) => one !== undefined);
    return value === undefined ? [] : [[field, value] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** smartctl has it as a part of what it prints. */
function logIn(printed: string): Record<string, unknown> | undefined {
  try {
    const all: unknown = JSON.parse(printed);
    if (typeof all !== 'object' || all === null) return undefined;
    const part = (all as Record<string, unknown>)['nvme_smart_health_information_log'];
    return (typeof part === 'object' && part !== null ? part : all) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** A number, or one in an object beside its explanation, or one that is too large for some programs and stands in quotes. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'object' && value !== null && 'value' in value) return numberIn(value.value);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
