/** A signal that ends with its owner: `using` takes its timer back. */
export interface TimeBound extends Disposable {
  /** Aborts when the time is over, with a TimeoutError as AbortSignal.timeout() has it, or with one of the others. */
  signal: AbortSignal;
}

/**
 * Bounds what is waited for by a time. AbortSignal.timeout() is no part for AbortSignal.any(): nothing but the timer
 * holds it then, and that weakly, so that it never fires once the collector of garbage has been there.
 * @param seconds the time; undefined for no bound but the others
 * @param others what ends it as well
 */
export function timeBound(
  seconds: number | undefined,
  ...others: (AbortSignal | undefined)[]
): TimeBound {
  const bound = new AbortController();
  const over = () => bound.abort(new DOMException('The time is over', 'TimeoutError'));
  const timer = seconds === undefined ? undefined : setTimeout(over, seconds * 1000);
  const signals = others.filter((signal) => signal !== undefined);
  return {
    signal: AbortSignal.any([bound.signal, ...signals]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
