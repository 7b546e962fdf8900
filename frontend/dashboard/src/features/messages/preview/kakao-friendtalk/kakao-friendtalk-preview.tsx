export { ChatPreview as KakaoFriendtalkPreview } from '../chat/chat-preview';
