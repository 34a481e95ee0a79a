/** A button's value such as `<id>` or `<id>:<number>`; the number is null where none or nonsense is given. */
export function idAndNumber(value: string): { id: string; number: number | null } {
  const [id = '', text] = value.split(':');
  const number = Number(text);
  return { id, number: text === undefined || text === '' || !Number.isInteger(number) ? null : number };
}
