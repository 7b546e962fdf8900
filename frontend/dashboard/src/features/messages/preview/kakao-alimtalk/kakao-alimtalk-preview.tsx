export { ChatPreview as KakaoAlimtalkPreview } from '../chat/chat-preview';
