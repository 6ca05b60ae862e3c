/** How much of the life time of one kind of memory an eMMC estimates to be used, in per cent. */
export interface LifeTime {
  /** At least so much. */
  from: number;
  /** At most so much; absent where the estimated life time is exceeded. */
  to?: number;
}

/** What an eMMC tells of its wear (JESD84-B51, EXT_CSD); a field that it does not define is absent. */
export interface EmmcWear {
  /** Of the memory of type A: DEVICE_LIFE_TIME_EST_TYP_A, byte 268. */
  lifeA?: LifeTime;
  /** Of the memory of type B: DEVICE_LIFE_TIME_EST_TYP_B, byte 269. */
  lifeB?: LifeTime;
  /** How the blocks are consumed that take the place of bad ones: `warning` is 80 %, `urgent` 90 % (PRE_EOL_INFO, byte 267). */
  reserved?: 'normal' | 'warning' | 'urgent';
}

/** Reads the bytes of EXT_CSD that a kernel prints as `0x01`; what the standard leaves undefined tells nothing. Pure. */
export function emmcWear(bytes: { reserved: string; lifeA: string; lifeB: string }): EmmcWear {
  const [lifeA, lifeB] = [lifeOf(bytes.lifeA), lifeOf(bytes.lifeB)];
  const reserved = (['normal', 'warning', 'urgent'] as const)[byteOf(bytes.reserved) - 1];
  return {
    ...(lifeA ? { lifeA } : {}),
    ...(lifeB ? { lifeB } : {}),
    ...(reserved ? { reserved } : {}),
  };
}

/** 1 to 10 are steps of 10 per cent, and 11 is more than all of it; 0 and the rest tell nothing. */
function lifeOf(text: string): LifeTime | undefined {
  const byte = byteOf(text);
  if (byte === 11) return { from: 100 };
  return byte >= 1 && byte <= 10 ? { from: (byte - 1) * 10, to: byte * 10 } : undefined;
}

const byteOf = (text: string): number => (/^0x[0-9a-f]{1,2}$/i.test(text) ? Number(text) : 0);
