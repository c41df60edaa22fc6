import { useEffect, useState } from 'preact/hooks';
import { call } from './call.ts';

export function App() {
  const [text, setText] = useState('Loading…');
  useEffect(() => {
    call('state').then(
      (state) => setText(state.kind),
      (error: Error) => setText(error.message),
    );
  }, []);
  return <p>{text}</p>;
}
