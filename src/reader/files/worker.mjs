// A worker thread starts with plain JavaScript: the loader that this process was started with does not reach it.
import { register } from 'tsx/esm/api';

register();
await import('./parse-task.ts');
