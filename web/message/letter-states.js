// The states of a letter.
export const isDraft = (letter) => letter.state === 'draft';
export const isSent = (letter) => letter.state === 'sent';
export const isRecalled = (letter) => letter.state === 'recalled';
