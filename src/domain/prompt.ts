/** One message of a prompt, as chat completions take it. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}
