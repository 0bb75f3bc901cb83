import type { DeadlineKind, DeadlineSource, PracticeArea } from '#shared/kanban/matter.ts'

/** Words of one language from which stories are put together. */
export interface Phrases {
  clients: string[]
  opponents: string[]
  courts: string[]
  /** Titles by area of law; `*` becomes a place or a thing. */
  subjects: Partial<Record<PracticeArea, string[]>>
  objects: string[]
  descriptions: string[]
  tasks: string[]
  remarks: string[]
  waiting: string[]
  holds: string[]
  closings: string[]
  declined: string
  tags: string[]
  deadlines: { kind: DeadlineKind, title: string, source: DeadlineSource }[]
}

export const JAPANESE: Phrases = {
  clients: [
    '株式会社青空物産', '旭日電子株式会社', '有限会社伊吹製菓', '株式会社梅田工業', '大島水産株式会社', '合同会社風見デザイン', '株式会社川端印刷', '北浦運輸株式会社',
    '株式会社銀河ソフト', '小平医療器株式会社', '株式会社桜橋百貨店', '白石農園株式会社', '株式会社鈴代不動産', '瀬川建設株式会社', '高森化学工業株式会社',
    '株式会社千歳ホテル', '津軽林業株式会社', '株式会社東雲出版', '中之島信用組合', '株式会社虹色保育', '萩原精機株式会社', '日和山観光株式会社', '医療法人藤波会', '学校法人松風学園',
    '安藤 真理', '井上 隆', '岡本 由紀', '柴田 浩二', '西村 恵', '三浦 誠一', '吉岡 奈々', '和田 健',
  ],
  opponents: [
    '株式会社赤城商会', '石狩開発株式会社', '株式会社宇治電機', '江東倉庫株式会社', '株式会社岡崎組', '霞ヶ浦物流株式会社', '個人', '元従業員', '賃借人', '管理組合', '保険会社', '近隣住民',
  ],
  courts: ['東京地方裁判所', '大阪地方裁判所', '名古屋地方裁判所', '横浜地方裁判所', '福岡地方裁判所', '札幌地方裁判所', '東京簡易裁判所', '東京家庭裁判所', '東京高等裁判所'],
  subjects: {
    REAL_PROPERTY: ['*の賃料増額請求', '*の明渡請求', '*の売買契約書の確認', '*の境界に関する協議'],
    COMMERCIAL_AND_TRADE: ['*の売買代金請求', '*に関する取引基本契約の締結', '*の代理店契約の解除', '*の納入遅延への対応'],
    LABOR_AND_EMPLOYMENT: ['*部門の解雇無効の主張への対応', '*部門の残業代請求', '*部門のハラスメント調査', '*部門の就業規則の改定'],
    CORPORATE: ['*事業の譲渡', '*事業の合弁契約', '*事業に関する株主総会の準備', '*子会社の清算'],
    INTELLECTUAL_PROPERTY: ['*の商標出願', '*に関する特許侵害の警告', '*のライセンス契約', '*の著作権に関する照会'],
    PERSONAL_AND_FAMILY: ['遺産分割協議（*）', '離婚協議（*）', '成年後見の申立て（*）'],
    PERSONAL_INJURY_AND_TORT: ['*での事故による損害賠償', '*の欠陥による損害賠償'],
    BANKRUPTCY_AND_RESTRUCTURING: ['*事業の再生計画', '取引先の破産に伴う債権届出（*）'],
    TAX_AND_REVENUE: ['*に関する税務調査への対応', '*の更正処分に対する審査請求'],
    INFORMATION_SECURITY: ['*における情報漏えいへの対応', '*の個人情報管理の点検'],
  },
  objects: [
    '渋谷店舗', '川崎工場', '京都町家', '品川オフィス', '仙台倉庫', '横浜港の土地', '札幌支店', '新製品ライン', '会員アプリ', '冷蔵設備', '包装資材', '海外営業', '物流', '広島研究所', '神戸ビル', '千葉農地',
  ],
  descriptions: [
    '初回面談で事実関係を確認済み。資料の整理後に方針を決める。', '相手方代理人と協議中。**証拠の保全**を優先する。', '契約書の解釈が主な争点。過去の取引経過を時系列で整理する。',
    '早期の解決を希望。費用の上限についてご説明済み。', '関連案件あり。利益相反の確認は完了している。',
  ],
  tasks: ['利益相反の確認', '資料の受領', '事実関係の整理', '裁判例の調査', '書面の起案', '書面の確認', '証拠の整理', '依頼者への報告', '請求書の作成', '相手方への連絡'],
  remarks: [
    '依頼者に電話で状況を報告しました。', '相手方から返答がありました。来週の打合せで検討します。', '書面の案を共有フォルダに置きました。', '資料が1点不足しています。依頼者に確認します。', '期日の候補を3つ送りました。', '郵便で原本が届きました。スキャン済みです。',
  ],
  waiting: ['依頼者の決裁', '決算書の受領', '相手方の回答', '登記事項証明書', '委任状の返送'],
  holds: ['依頼者の社内手続待ち', '関連訴訟の結果待ち', '費用の見直し中'],
  closings: ['合意書の締結により終了。', '依頼の趣旨を達成。', '判決が確定。', '依頼者の意向により終了。', '書類一式を返却済み。'],
  declined: '利益相反のため受任せず。',
  tags: ['契約書', '交渉', '訴訟', '債権回収', '顧問', '至急確認', '英文', '登記', '和解', '調査'],
  deadlines: [
    { kind: 'RESPONSE', title: '回答書の送付', source: 'CONTRACT' }, { kind: 'COURT_FILING', title: '準備書面の提出', source: 'COURT' },
    { kind: 'HEARING', title: '口頭弁論期日', source: 'COURT' }, { kind: 'INTERNAL', title: 'パートナー確認', source: 'INTERNAL' },
    { kind: 'STATUTE_OF_LIMITATIONS', title: '消滅時効', source: 'STATUTE' }, { kind: 'AGENCY_RESPONSE', title: '当局への報告', source: 'AGENCY' },
    { kind: 'REMINDER', title: '依頼者への連絡', source: 'INTERNAL' },
  ],
}

export const ENGLISH: Phrases = {
  clients: [
    'Alder Ridge Partners', 'Beacon Freight KK', 'Cedar & Pine Ltd.', 'Dunmore Foods', 'Eastgate Hospitality', 'Fennel Health GK', 'Glasswing Studios', 'Highmark Insurance Services',
    'Ironbridge Tools', 'Juniper Learning', 'Kestrel Aviation', 'Lantern Media KK', 'Moorland Textiles', 'Northlight Energy', 'Orchard Street Capital', 'Pebble Games',
    'Quayside Seafood', 'Redwood Clinics', 'Silverline Elevators', 'Thornbury Chemicals', 'Upland Timber', 'Vantage Optics KK', 'Westerly Shipping', 'Yarrow Cosmetics',
    'Anna Lindqvist', 'Carlos Medina', 'Fiona Walsh', 'Hiroshi Endo', 'Laura Bennett', 'Samuel Okafor',
  ],
  opponents: [
    'Former distributor', 'Landlord', 'Main contractor', 'Insurer', 'Minority shareholder', 'Former employee', 'Kappa Components KK', 'Delta Harbour GK', 'Union of employees', 'Licensee', 'Competitor',
  ],
  courts: ['東京地方裁判所', '大阪地方裁判所', '知的財産高等裁判所', '東京高等裁判所', 'Japan Commercial Arbitration Association', 'Singapore International Arbitration Centre', 'U.S. District Court, D. Delaware'],
  subjects: {
    REAL_PROPERTY: ['Lease of the *', 'Purchase of the *', 'Rent review for the *', 'Defects in the *'],
    COMMERCIAL_AND_TRADE: ['Supply agreement: *', 'Late delivery: *', 'Agency contract for *', 'Terms of sale for *'],
    LABOR_AND_EMPLOYMENT: ['Redundancies in the * team', 'Overtime audit of the * team', 'Secondment to the * team', 'Complaint in the * team'],
    CORPORATE: ['Sale of the * business', 'Joint venture for the * business', 'Reorganisation of the * business', 'Board matters: *'],
    INTELLECTUAL_PROPERTY: ['Trademark for the *', 'Patent notice about the *', 'Licence for the *', 'Copyright question: *'],
    FINANCE_AND_LENDING: ['Loan facility for the *', 'Security over the *'],
    IMMIGRATION: ['Work visas for the * team', 'Permanent residence: head of the * team'],
    INSURANCE: ['Coverage dispute: *', 'Recourse after damage to the *'],
    INFORMATION_SECURITY: ['Privacy notice for the *', 'Data breach at the *'],
    TAX_AND_REVENUE: ['Consumption tax on the *', 'Transfer prices of the *'],
  },
  objects: [
    'Shibuya store', 'Kawasaki plant', 'booking app', 'cold warehouse', 'Osaka office', 'packaging line', 'sales', 'logistics', 'research', 'loyalty programme', 'harbour terminal', 'Sapporo branch', 'sensor unit', 'online shop',
  ],
  descriptions: [
    'Facts are confirmed with the client; the documents come next.', 'Opposing counsel has answered. **Evidence first**, then a proposal.', 'The dispute turns on one clause. See the time line in the folder.',
    'Client prefers a quick result and knows the cost limit.', 'Related matters exist; the conflict check is clear.',
  ],
  tasks: ['Conflict check', 'Receive documents', 'Time line', 'Research', 'Draft', 'Review', 'Sort exhibits', 'Report to the client', 'Invoice', 'Call opposing counsel'],
  remarks: [
    'Called the client, all is clear.', 'Opposing counsel answered; let us discuss on Monday.', 'Draft is in the folder.', 'One document is missing, I asked for it.', 'Sent three dates for the meeting.', 'Originals came by mail and are scanned.',
  ],
  waiting: ['Approval of the board', 'Financial statements', 'Answer of the other side', 'Signed power of attorney', 'Expert opinion'],
  holds: ['Client\'s internal approval', 'Outcome of a related case', 'Budget under review'],
  closings: ['Agreement signed.', 'Everything asked for is done.', 'Judgment is final.', 'Closed at the client\'s wish.', 'File returned.'],
  declined: 'Declined because of a conflict of interest.',
  tags: ['contract', 'negotiation', 'dispute', 'collection', 'retainer', 'cross-border', 'translation', 'filing', 'settlement', 'audit'],
  deadlines: [
    { kind: 'RESPONSE', title: 'Answer to the other side', source: 'CONTRACT' }, { kind: 'COURT_FILING', title: 'Brief', source: 'COURT' },
    { kind: 'HEARING', title: 'Hearing', source: 'COURT' }, { kind: 'INTERNAL', title: 'Draft to the partner', source: 'INTERNAL' },
    { kind: 'STATUTE_OF_LIMITATIONS', title: 'Limitation period', source: 'STATUTE' }, { kind: 'AGENCY_RESPONSE', title: 'Report to the authority', source: 'AGENCY' },
    { kind: 'REMINDER', title: 'Call the client', source: 'INTERNAL' },
  ],
}
