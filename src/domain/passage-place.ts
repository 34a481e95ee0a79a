/** Where in its attachment a text stands, in the words people find it by. What does not apply is left out. */
export interface PassagePlace {
  /** Page of a PDF, from 1. */
  page?: number;
  /** Slide of a presentation, from 1. */
  slide?: number;
  /** Name of a sheet. */
  sheet?: string;
  /** Rows of a table, as spreadsheets number them: the header is row 1. */
  rows?: { from: number; to: number };
  /** The nearest heading above. */
  heading?: string;
}

/** A piece of what was read, with its place. Pieces stand in their order; none holds two pages, slides or row ranges. */
export interface TextPart {
  text: string;
  place: PassagePlace;
}

/** Such as `page 3`, `slide 2`, `sheet Costs, rows 2–40` or `“Opening hours”`; empty when nothing is known. */
export function placeText({ page, slide, sheet, rows, heading }: PassagePlace): string {
  const parts = [
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(slide === undefined ? [] : [`slide ${slide}`]),
    ...(sheet === undefined ? [] : [`sheet ${citable(sheet)}`]),
    ...(rows === undefined
      ? []
      : [rows.from === rows.to ? `row ${rows.from}` : `rows ${rows.from}–${rows.to}`]),
    ...(heading === undefined ? [] : [`“${citable(heading)}”`]),
  ];
  return parts.join(', ');
}

/** Commas and brackets would end the place in a citation. */
const citable = (name: string): string => name.replace(/[,;“”[\]\s]+/gu, ' ').trim();
