import { Unreadable } from './unreadable.ts';

/** Smaller buffers cannot fill the memory before a larger one or the heap limit is reached. */
const LARGE = 1024 * 1024;

/**
 * Makes this thread refuse buffers beyond a total, since the limits of a worker thread do not count them. To be called
 * once, before a parser is loaded.
 * @param onRefused called each time: parsers like to go on without what they could not have, or to wait for ever.
 */
export function limitBuffers(totalBytes: number, onRefused: () => void): void {
  const check = (bytes: number) => {
    if (bytes < LARGE || process.memoryUsage().arrayBuffers + bytes <= totalBytes) return;
    onRefused();
    throw new Unreadable('too_large');
  };
  for (const type of [Uint8Array, Uint8ClampedArray, Uint16Array, Int32Array, Uint32Array, Float32Array]) {
    Object.defineProperty(globalThis, type.name, {
      value: new Proxy(type, {
        construct(target, args: unknown[], newTarget) {
          if (typeof args[0] === 'number') check(args[0] * target.BYTES_PER_ELEMENT);
          return Reflect.construct(target, args, newTarget);
        },
      }),
      writable: true,
      configurable: true,
    });
  }
  // Its output is counted nowhere; without it the PDF parser unpacks with buffers that are.
  Object.defineProperty(globalThis, 'DecompressionStream', { value: undefined, configurable: true });
}
