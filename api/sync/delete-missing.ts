import type { Message } from './message.ts';

export async function deleteMissing(_message: Message, _stillMissing: (key: string) => boolean): Promise<void> {}
