import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';

export interface OpenServer {
  port: number;
  /** Takes no more requests; those under way have `graceMs` to end. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Listens on a port, any free one when it is 0.
 * @throws Error with a sentence that says what to do when the port cannot be had.
 */
export async function listen(port: number, listener: RequestListener): Promise<OpenServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portTaken(error, port)));
    server.listen(port, resolve);
  });
  return { port: portOf(server) ?? port, stop: (graceMs) => stop(server, graceMs) };
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(grace);
}

function portOf(server: Server): number | null {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}

function portTaken(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(`Port ${port} is in use. Set PORT to a free one, or stop what listens there.`, {
    cause: error,
  });
}

/** For addresses that nobody serves. */
export function notServed(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('There is nothing here. The API is at /api/v1, its description at /api/v1/openapi.json.\n');
}
