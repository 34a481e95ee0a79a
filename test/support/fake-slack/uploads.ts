import { extname } from 'node:path';
import type { Fields } from './json.ts';
import type { FileObject, StoredFile, Team, User } from './state.ts';
import type { World } from './world.ts';

export interface FileSpec {
  name: string;
  content?: string | Buffer;
  mimetype?: string;
  /** what Slack says the size is; the content's length unless given */
  size?: number;
  /** the event carries only the id, as for files of other workspaces: files.info has the rest */
  checkFileInfo?: boolean;
  fields?: Fields;
}

const mimetypes: Record<string, string> = {
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.html': 'text/html',
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.zip': 'application/zip',
};

export function upload(world: World, team: Team, user: User, spec: FileSpec): Fields {
  const id = world.ids.next('F');
  const content = Buffer.from(spec.content ?? '');
  const extension = extname(spec.name).toLowerCase();
  const mimetype = spec.mimetype ?? mimetypes[extension] ?? 'application/octet-stream';
  const place = `${world.url}/files-pri/${team.id}-${id}`;
  const now = Math.floor(Date.now() / 1000);
  const object: FileObject = {
    id,
    created: now,
    timestamp: now,
    name: spec.name,
    title: spec.name,
    mimetype,
    filetype: extension.slice(1) || 'binary',
    pretty_type: extension.slice(1).toUpperCase() || 'Binary',
    user: user.id,
    user_team: user.teamId,
    editable: false,
    size: spec.size ?? content.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${place}/${encodeURIComponent(spec.name)}`,
    url_private_download: `${place}/download/${encodeURIComponent(spec.name)}`,
    permalink: `https://${team.domain}.slack.com/files/${user.id}/${id}/${encodeURIComponent(spec.name)}`,
    has_rich_preview: false,
    file_access: 'visible',
    ...spec.fields,
  };
  const stored: StoredFile = { object, content };
  team.files.set(id, stored);
  if (!spec.checkFileInfo) return structuredClone(object);
  return { id, created: 0, timestamp: 0, mode: 'file_access', user: user.id, file_access: 'check_file_info' };
}
